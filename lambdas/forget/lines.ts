/** Records of a person in lines: predictions, outcomes and quarantined rows. */

import { createLineDropper, createRowDropper, type Dropper } from '../core/csv/drop-rows.ts';
import { modelColumns } from '../core/model-table.ts';
import { readPart } from '../stores/export-parts.ts';
import type { ExportManifest } from '../stores/exports.ts';
import { decodeJson } from '../stores/json.ts';
import { type QuarantinedRow, readPrepared } from '../stores/prepared.ts';
import { rewriteObject } from '../stores/rewrite-object.ts';
import {
  type Finding,
  type ForgetContext,
  keysOf,
  type RowPrefix,
  type Survey,
  type Unread,
  unlessGone,
} from './finding.ts';

/** Whether a line is of the person; undefined where it cannot be read. */
type IsOwn = (line: string) => boolean | undefined;

/** Finds the predictions or outcomes that are recorded under the person's pseudonym. */
export async function surveyRecords(
  context: ForgetContext,
  prefix: 'predictions' | 'truth',
): Promise<Survey> {
  const { pseudonym } = context.subject;
  const isOwn: IsOwn = (line) => {
    if (!line.includes(pseudonym)) return false;
    try {
      const { id, entity } = JSON.parse(line) as { readonly id?: unknown; readonly entity?: unknown };
      return id === pseudonym || entity === pseudonym;
    } catch {
      return true; // torn by a crash: no reader takes it for a record
    }
  };
  return surveyLines(context, prefix, async () => isOwn);
}

/** Finds the quarantined rows whose raw text has the key in its column. */
export function surveyQuarantine(context: ForgetContext): Promise<Survey> {
  return surveyLines(context, 'quarantine', async (object) => {
    const headers = await headersOf(context, object);
    return (line) => {
      if (line === '') return false;
      const { part, raw } = JSON.parse(line) as QuarantinedRow;
      const header = headers(part);
      if (header === undefined) return undefined;
      const row = createRowDropper(context.config.source.key, context.subject.key);
      row.push(Buffer.from(`${header}\n`));
      row.push(Buffer.from(`${raw}\n`));
      row.end();
      if (row.dropped > 0) return true;
      return row.unreadable > 0 || !row.hasColumn ? undefined : false;
    };
  });
}

async function surveyLines(
  context: ForgetContext,
  prefix: RowPrefix,
  testOf: (object: string) => Promise<IsOwn>,
): Promise<Survey> {
  const findings: Finding[] = [];
  const unread: Unread[] = [];
  for (const object of await keysOf(context.ports, prefix)) {
    if (!object.endsWith('.jsonl')) continue;
    const isOwn = await testOf(object);
    const dropper = createLineDropper(isOwn);
    for await (const chunk of (await context.ports.objects.read(object)) ?? []) dropper.push(chunk);
    dropper.end();
    const { dropped: rows, unreadable } = dropper;
    if (rows > 0)
      findings.push({
        prefix,
        object,
        rows,
        remove: () => rewriteObject(context.ports, object, without(isOwn)),
      });
    if (unreadable > 0) unread.push({ prefix, object, rows: unreadable, why: 'their key cannot be read' });
  }
  return { findings, unread };
}

/** The bytes without the lines of the person; undefined without any. */
const without = (isOwn: IsOwn) => (bytes: Uint8Array) => {
  const dropper: Dropper = createLineDropper(isOwn);
  const kept = Buffer.concat([dropper.push(bytes), dropper.end()]);
  return dropper.dropped === 0 ? undefined : kept;
};

/**
 * Header lines for the rows that one run quarantined: of the export's part that a row is in, or of the prepared columns
 * for a row that was read well.
 */
async function headersOf(
  { ports, config }: ForgetContext,
  object: string,
): Promise<(part: string | null) => string | undefined> {
  const [, runId = ''] = object.split('/');
  const names = (await readPrepared(ports, runId))?.columns ?? modelColumns(config).map(({ name }) => name);
  const stored = await ports.objects.get(object);
  const parts = new Set<string>();
  for (const line of Buffer.from(stored?.bytes ?? [])
    .toString()
    .split('\n'))
    if (line !== '') parts.add(folderOf((JSON.parse(line) as QuarantinedRow).part ?? ''));
  const headers = new Map<string, string>();
  for (const folder of parts) {
    const list = `${folder}/_manifest.json`;
    const manifest = folder === '' ? undefined : await ports.objects.get(list);
    if (manifest === undefined) continue;
    const [first] = decodeJson<ExportManifest>(manifest.bytes, list, 1).parts;
    await unlessGone(async () => {
      if (first !== undefined) headers.set(folder, await headerOf(ports, first));
    });
  }
  return (part) => (part === null ? names.map(quoted).join(',') : headers.get(folderOf(part)));
}

const folderOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('/')));
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The first line of a part; one name may hold line feeds in quotes. */
async function headerOf(
  { objects }: ForgetContext['ports'],
  part: ExportManifest['parts'][number],
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readPart(objects, part)) {
    chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const line = /^(?:[^"\n]|"[^"]*")*\n/.exec(text)?.[0];
    if (line !== undefined) return line.replace(/\r?\n$/, '');
  }
  return Buffer.concat(chunks).toString();
}
