/**
 * The encoded rows that a model learns from, in the form that every training engine reads.
 *
 * `snapshots/<id>/{train.csv.gz, holdout.csv.gz, train.keys.gz, holdout.keys.gz, columns.json, features.json,
 * _manifest.json}`. A line of the keys is the JSON text of the key that the row of that number is of. The CSV has no header; the label comes first, then the features in the order of `columns.json`; a missing value is an empty
 * field. The manifest is written last: a snapshot without it does not exist.
 */

import { RuntimeFailure } from '../core/errors.ts';
import type { FittedFeatures } from '../core/features/fitted.ts';
import { formatFloat32 } from '../core/trees/format/xgboost-json.ts';
import type { FeatureMatrix } from '../core/trees/matrix.ts';
import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import { measureChunks, type WrittenObject, writeGzip } from './gzip.ts';
import { createFile, decodeJson, encodeJson, sha256 } from './json.ts';

/** Encoded features with one label per row. */
export interface LabelledRows {
  readonly matrix: FeatureMatrix;
  readonly labels: Float64Array;
}

/** Content of a snapshot. */
export interface SnapshotContent {
  readonly train: LabelledRows;
  readonly holdout: LabelledRows;
  readonly features: FittedFeatures;
  /** The key of each row, so that the rows of one can be found. @default - they cannot */
  readonly keys?: { readonly train: readonly string[]; readonly holdout: readonly string[] };
}

/** A file of rows; bytes and sha256 are of what was compressed. */
export interface SnapshotRows extends WrittenObject {
  readonly rows: number;
  /** SHA-256 of the uncompressed keys of the rows, hex; absent in snapshots before 0.2. */
  readonly keysSha256?: string;
}

export interface SnapshotManifest {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly train: SnapshotRows;
  readonly holdout: SnapshotRows;
  /** sha256 of `columns.json` and `features.json`, hex. */
  readonly columnsSha256: string;
  readonly featuresSha256: string;
  /** The snapshot that this one was made of when a person's rows were deleted, and how many; absent in others. */
  readonly replaces?: { readonly id: string; readonly sha256: string; readonly rows: number };
}

export interface Snapshot {
  readonly manifest: SnapshotManifest;
  /** SHA-256 of the manifest, hex: stands for all the rows. */
  readonly sha256: string;
}

/** Key of a file of a snapshot. */
export const snapshotKey = (id: string, name: string): string => `snapshots/${id}/${name}`;
/** Six digits and a point, or seven digits. */
const EXACT_LENGTH = 7;
const MANIFEST = '_manifest.json';

/**
 * Writes a snapshot. The same rows give the same manifest; written again it has the effect of once, and the files
 * of one that is whole are never touched.
 *
 * @throws RuntimeFailure `snapshot/changed` when this id already names other rows, `store/unknown-outcome`
 */
export async function writeSnapshot(
  storage: WritePorts,
  id: string,
  { train, holdout, features, keys }: SnapshotContent,
): Promise<Snapshot> {
  const { objects } = storage;
  const isWhole = (await readSnapshot(storage, id)) !== undefined;
  const write = async (name: string, chunks: Iterable<Uint8Array>) =>
    isWhole ? measureChunks(chunks) : writeGzip(objects, snapshotKey(id, name), chunks);
  const writeRows = async (name: 'train' | 'holdout', rows: LabelledRows): Promise<SnapshotRows> => {
    const written = await write(`${name}.csv.gz`, csvChunks(rows));
    const own = keys && (await write(`${name}.keys.gz`, keyLines(keys[name])));
    return { rows: rows.labels.length, ...written, ...(own && { keysSha256: own.sha256 }) };
  };
  const writeDocument = async (name: string, document: unknown) => {
    const bytes = encodeJson(document);
    if (isWhole || (await createFile(storage, snapshotKey(id, name), bytes))) return sha256(bytes);
    throw changed(id);
  };
  const columns = ['label', ...train.matrix.names];
  const manifest: SnapshotManifest = {
    schemaVersion: 1,
    id,
    train: await writeRows('train', train),
    holdout: await writeRows('holdout', holdout),
    columnsSha256: await writeDocument('columns.json', { schemaVersion: 1, columns }),
    featuresSha256: await writeDocument('features.json', features),
  };
  const bytes = encodeJson(manifest);
  if (await createFile(storage, snapshotKey(id, MANIFEST), bytes)) return { manifest, sha256: sha256(bytes) };
  throw changed(id);
}

const changed = (id: string): RuntimeFailure =>
  new RuntimeFailure('snapshot/changed', `snapshot ${id} already holds other rows`, {
    fix: 'start a new run: the code or the data changed while this one ran',
  });

/** A snapshot by its id, or undefined while it is not whole. */
export async function readSnapshot(
  { objects }: Pick<Ports, 'objects'>,
  id: string,
): Promise<Snapshot | undefined> {
  const key = snapshotKey(id, MANIFEST);
  const stored = await objects.get(key);
  return (
    stored && { manifest: decodeJson<SnapshotManifest>(stored.bytes, key, 1), sha256: sha256(stored.bytes) }
  );
}

/** Larger ones leave more texts at once than the collector keeps up with. */
const ROWS_PER_CHUNK = 200;

function* keyLines(keys: readonly string[]): Generator<Uint8Array> {
  for (let start = 0; start < keys.length; start += ROWS_PER_CHUNK) {
    const lines = keys.slice(start, start + ROWS_PER_CHUNK).map((key) => `${JSON.stringify(key)}\n`);
    yield new TextEncoder().encode(lines.join(''));
  }
}

function* csvChunks({ matrix, labels }: LabelledRows): Generator<Uint8Array> {
  for (let start = 0; start < labels.length; start += ROWS_PER_CHUNK) {
    let text = '';
    labels.subarray(start, start + ROWS_PER_CHUNK).forEach((label, offset) => {
      const fields = matrix.columns.map((column) => column[start + offset] as number);
      text += `${[label, ...fields].map(csvNumber).join(',')}\n`;
    });
    yield new TextEncoder().encode(text);
  }
}

/** The shortest plain decimal that reads back as the same float32. */
function csvNumber(value: number): string {
  if (Number.isNaN(value)) return '';
  // So short a text of the double has six digits, or is a whole number below 2^24: none shorter is the same float32.
  const exact = String(value);
  return exact.length <= EXACT_LENGTH ? exact : String(Number(formatFloat32(value)));
}
