/** Rows of a person in tables: exports, prepared rows, the feature store, delivered batches. */

import { createHash } from 'node:crypto';
import { createLineDropper, createRowDropper, type Dropper } from '../core/csv/drop-rows.ts';
import { readGzip, writeGzip } from '../stores/gzip.ts';
import {
  type Finding,
  type ForgetContext,
  keysOf,
  type RowPrefix,
  type Survey,
  type Unread,
  unlessGone,
} from './finding.ts';
import { type ListedFile, listedFiles } from './listed-files.ts';

/** A file of rows: its name, the digest of what is left after deletions, and its format. */
const FILE = /^(.*?)(?:\.[0-9a-f]{8})?(\.(?:csv|jsonl)\.gz)$/;

/**
 * Finds the rows in the tables of a prefix. A file that no list names is of a run that stopped, and is cleared like the
 * others: an export that stands alone and runs at this moment fails then, and is repeated.
 */
export async function surveyTables(context: ForgetContext, prefix: RowPrefix): Promise<Survey> {
  const findings: Finding[] = [];
  const unread: Unread[] = [];
  const listed = await listedFiles(context, prefix);
  for (const object of await keysOf(context.ports, prefix)) {
    if (!FILE.test(object)) continue;
    const file = listed.get(object);
    await unlessGone(async () => {
      const { dropper, sha256, hasColumn } = await scan(context, object, file);
      const { dropped: rows, unreadable } = dropper;
      if (rows > 0)
        findings.push({
          prefix,
          object,
          rows,
          remove: () => replaceFile(context, object, { file, sha256, rows }),
        });
      if (unreadable > 0) unread.push({ prefix, object, rows: unreadable, why: 'their key cannot be read' });
      if (!hasColumn && (file?.rows ?? 0) > 0)
        unread.push({
          prefix,
          object,
          rows: file?.rows ?? 0,
          why: `no column '${context.config.source.key}'`,
        });
    });
  }
  return { findings, unread };
}

function dropperOf(
  { config, subject }: ForgetContext,
  object: string,
): Dropper & { readonly hasColumn: boolean } {
  const { key: column } = config.source;
  if (!object.endsWith('.jsonl.gz')) return createRowDropper(column, subject.key);
  const isOwn = (line: string) =>
    (JSON.parse(line) as Readonly<Record<string, unknown>>)[column] === subject.key;
  return Object.assign(createLineDropper(isOwn), { hasColumn: true });
}

async function scan(context: ForgetContext, object: string, file: ListedFile | undefined) {
  const dropper = dropperOf(context, object);
  const hash = createHash('sha256');
  for await (const chunk of readGzip(context.ports.objects, object, file?.sha256))
    hash.update(dropper.push(chunk));
  hash.update(dropper.end());
  return { dropper, sha256: hash.digest('hex'), hasColumn: dropper.hasColumn };
}

/**
 * Writes the other rows under a name with their digest, makes the list name it, and deletes the old file: readers see the
 * one or the other, and a repeated deletion writes the same.
 */
async function replaceFile(
  context: ForgetContext,
  object: string,
  found: { readonly file: ListedFile | undefined; readonly sha256: string; readonly rows: number },
): Promise<void> {
  const { objects } = context.ports;
  const [, stem = '', format = ''] = FILE.exec(object) ?? [];
  const next = `${stem}.${found.sha256.slice(0, 8)}${format}`;
  async function* kept(): AsyncGenerator<Uint8Array> {
    const dropper = dropperOf(context, object);
    for await (const chunk of readGzip(objects, object, found.file?.sha256)) yield dropper.push(chunk);
    yield dropper.end();
  }
  await unlessGone(async () => {
    const written = await writeGzip(objects, next, kept());
    await found.file?.replace({ key: next, rows: found.file.rows - found.rows, ...written });
    await objects.delete(object);
  });
}
