/** Files that a list of the store names by key and digest, and how a list refers to the file that replaces one. */

import { featureGroups, readFeatures, replaceFeaturePart } from '../stores/features.ts';
import type { WrittenObject } from '../stores/gzip.ts';
import { decodeJson, encodeJson } from '../stores/json.ts';
import { rewriteObject } from '../stores/rewrite-object.ts';
import { type ForgetContext, keysOf, type RowPrefix } from './finding.ts';

/** A file as its list has it. */
export interface ListedFile {
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
  readonly rows: number;
  /** Makes the list name another file in its place. Twice is once. */
  readonly replace: (by: WrittenObject & { readonly key: string; readonly rows: number }) => Promise<void>;
}

type Document = { readonly schemaVersion: 1 };

/** The files that the lists of a prefix name, by key. */
export async function listedFiles(
  { ports }: Pick<ForgetContext, 'ports'>,
  prefix: RowPrefix,
): Promise<ReadonlyMap<string, ListedFile>> {
  const files = new Map<string, ListedFile>();
  if (prefix === 'features') {
    for (const group of await featureGroups(ports))
      for (const { key, sha256, rows } of (await readFeatures(ports, group))?.parts ?? [])
        files.set(key, {
          sha256,
          rows,
          replace: ({ key: next, rows: left, sha256: digest }) =>
            replaceFeaturePart(ports, group, key, { key: next, rows: left, sha256: digest }),
        });
    return files;
  }
  for (const list of await keysOf(ports, prefix)) {
    if (!list.endsWith('/_manifest.json')) continue;
    const stored = await ports.objects.get(list);
    if (stored === undefined) continue;
    for (const { key, sha256, rows } of namedIn(decodeJson<Document>(stored.bytes, list, 1)))
      files.set(key, {
        sha256,
        rows,
        replace: (by) =>
          rewriteObject(ports, list, (bytes) => {
            const document = decodeJson<Document>(bytes, list, 1);
            return [...namedIn(document)].some((file) => file.key === key)
              ? encodeJson(renamed(document, key, by))
              : undefined;
          }),
      });
  }
  return files;
}

interface NamedFile {
  readonly key: string;
  readonly sha256: string;
  readonly rows: number;
}

const isFile = (value: object): value is NamedFile =>
  'key' in value && 'sha256' in value && 'rows' in value && typeof value.key === 'string';

/** Every file in a document, however deep. */
function* namedIn(value: unknown): Generator<NamedFile> {
  if (typeof value !== 'object' || value === null) return;
  if (isFile(value)) yield value;
  for (const inner of Object.values(value)) yield* namedIn(inner);
}

/** The document with another file in the place of one; rows of a list of parts are their sum. */
function renamed(value: unknown, key: string, by: NamedFile & { readonly bytes: number }): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, key, by));
  if (typeof value !== 'object' || value === null) return value;
  const next = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, renamed(inner, key, by)]),
  ) as Record<string, unknown>;
  if (isFile(value) && value.key === key) {
    const { key: file, rows, sha256, bytes } = by;
    return { ...next, key: file, rows, sha256, ...('bytes' in value && { bytes }) };
  }
  if (Array.isArray(next.parts) && typeof next.rows === 'number')
    next.rows = (next.parts as readonly NamedFile[]).reduce((sum, part) => sum + part.rows, 0);
  return next;
}
