/**
 * Rows that passed their tests, and those that did not: `prepared/<runId>/{rows.csv.gz, _manifest.json}` and
 * `quarantine/<runId>/rows.jsonl`. The manifest is written last: no manifest, nothing prepared.
 */

import type { ErrorCode } from '../core/error-codes/index.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { CategoryNote } from '../core/features/category-notes.ts';
import type { RowNotes } from '../core/features/row-notes.ts';
import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import type { Origin } from './identity.ts';
import { createFile, decodeJson, encodeJson } from './json.ts';

/** A quarantined row, with the reason. */
export interface QuarantinedRow {
  /** Object of the export that the row is in; null when it was read well and failed a test. */
  readonly part: string | null;
  /** Line of the part on which the row starts, its header being line 1; null as `part`. */
  readonly line: number | null;
  readonly code: ErrorCode;
  readonly column: string | null;
  /** The value of the column there; absent where no value is to blame. */
  readonly value?: string;
  /** The row as it was exported; of one that was read well, the columns that the model reads. */
  readonly raw: string;
}

export interface PreparedManifest {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly key: string;
  readonly rows: number;
  /** That the rows have. */
  readonly columns: readonly string[];
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
  /** Event times of the rows, ms since 1970, both inclusive; null without rows. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** Quarantined rows, by reason. */
  readonly quarantined: Readonly<Record<string, number>>;
  /** Notes on its categories; absent in manifests from before they were kept. */
  readonly categories?: readonly CategoryNote[];
  /** Notes on its rows; absent in manifests before 0.2. */
  readonly notes?: RowNotes;
  /** End of the exported window, exclusive; ISO 8601, UTC. */
  readonly coveredTo: string;
  /** Origin of the rows; absent in manifests before 0.2. */
  readonly origin?: Origin;
}

/** Returns the key of the rows that a run quarantined. */
export const quarantineKey = (runId: string): string => `quarantine/${runId}/rows.jsonl`;

const folder = (runId: string) => `prepared/${runId}`;
const manifestKey = (runId: string) => `${folder(runId)}/_manifest.json`;

/** Returns the key of the rows of a run. */
export const preparedKey = (runId: string): string => `${folder(runId)}/rows.csv.gz`;

/** Writes the manifest: from now on the run's rows are prepared. The first one of a run stands, and is returned. */
export async function writePrepared(
  storage: WritePorts,
  manifest: PreparedManifest,
): Promise<PreparedManifest> {
  await createFile(storage, manifestKey(manifest.runId), encodeJson(manifest));
  return (await readPrepared(storage, manifest.runId)) ?? manifest;
}

/** Returns the manifest of the rows that a run prepared, or undefined while they are not complete. */
export async function readPrepared(
  { objects }: Pick<Ports, 'objects'>,
  runId: string,
): Promise<PreparedManifest | undefined> {
  const stored = await objects.get(manifestKey(runId));
  return stored && decodeJson<PreparedManifest>(stored.bytes, manifestKey(runId), 1);
}

/**
 * Writes the quarantined rows; nothing without any.
 *
 * @throws RuntimeFailure `quarantine/changed` when other rows of this run were quarantined before
 */
export async function writeQuarantine(
  storage: WritePorts,
  runId: string,
  rows: readonly QuarantinedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const key = quarantineKey(runId);
  if (await createFile(storage, key, Buffer.concat([...jsonLines(rows)]))) return;
  throw new RuntimeFailure('quarantine/changed', `${key} already holds other rows`, {
    fix: 'start a new run: the expectations or the code changed while this one ran',
  });
}

function* jsonLines(rows: readonly QuarantinedRow[]): Generator<Uint8Array> {
  for (const row of rows) yield Buffer.from(`${JSON.stringify(row)}\n`);
}
