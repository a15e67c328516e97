/**
 * Exports of the source database: `exports/<date>/<runId>/part-<snapshot>-00000.csv.gz ...`, the rows of steps that
 * are kept as `step-<name>-<snapshot>-00000.csv.gz ...` and, written last, `_manifest.json`: no manifest, no export.
 */

import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import type { ExportPart } from './export-parts.ts';
import type { Origin } from './identity.ts';
import { createFile, decodeJson, encodeJson, sha256 } from './json.ts';

export { type ExportPart, readPart } from './export-parts.ts';

export interface ExportedTable {
  /** In the order of the CSV, with the database's own type names. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** In the order of the rows; each has the header line. */
  readonly parts: readonly ExportPart[];
  readonly rows: number;
}

/** The rows of a step that is kept beside the table. */
export interface ExportedStep extends ExportedTable {
  readonly name: string;
}

export interface ExportManifest extends ExportedTable {
  readonly schemaVersion: 1;
  readonly runId: string;
  /** The database's name of the snapshot that all rows are from. */
  readonly snapshot: string;
  /** sha256 of the steps, hex. */
  readonly queryHash: string;
  /** [from, to) of event time, ISO 8601 in UTC. */
  readonly window: { readonly from: string; readonly to: string };
  readonly steps?: readonly ExportedStep[];
  /** Size and SHA-256 of the uncompressed file; only for rows that came from a file. */
  readonly file?: { readonly bytes: number; readonly sha256: string };
}

/** Name of an export: the run, and the end of its window. The date of that end is part of the key. */
export interface ExportRun {
  readonly runId: string;
  /** ISO 8601 in UTC. */
  readonly to: string;
}

const ROOT = 'exports/';
const MANIFEST = '_manifest.json';
/** An export is compared with one of the last few; older ones were of another query. */
const LOOKED_AT = 20;

/** Without a final slash. */
export const exportFolder = ({ runId, to }: ExportRun): string => `${ROOT}${to.slice(0, 10)}/${runId}`;

const manifestKey = (run: ExportRun): string => `${exportFolder(run)}/${MANIFEST}`;

/**
 * Two deliveries of one run that read different snapshots write different keys, so that neither replaces a part that
 * the other's manifest names.
 *
 * @param step - Name of a step that is kept; without it the table's parts.
 */
export function partKey(
  run: ExportRun & Pick<ExportManifest, 'snapshot'>,
  index: number,
  step?: string,
): string {
  const name = step === undefined ? 'part' : `step-${step}`;
  const snapshot = sha256(run.snapshot).slice(0, 8);
  return `${exportFolder(run)}/${name}-${snapshot}-${String(index).padStart(5, '0')}.csv.gz`;
}

/** The manifest of a run's export, or undefined while it is not whole. */
export function readExport(objects: Ports['objects'], run: ExportRun): Promise<ExportManifest | undefined> {
  return readManifest(objects, manifestKey(run));
}

/** The origin of an export's rows: the file that they were read from, or the export's own manifest. */
export function exportOrigin(manifest: ExportManifest): Origin {
  return manifest.file === undefined
    ? { kind: 'export', sha256: sha256(encodeJson(manifest)) }
    : { kind: 'file', sha256: manifest.file.sha256 };
}

/**
 * Ends an export.
 *
 * @returns false when this run has another manifest already
 * @throws RuntimeFailure `store/unknown-outcome` (retryable)
 */
export function writeManifest(ports: WritePorts, manifest: ExportManifest): Promise<boolean> {
  const run = { runId: manifest.runId, to: manifest.window.to };
  return createFile(ports, manifestKey(run), encodeJson(manifest));
}

/** The ids of all runs that have begun to export. */
export async function exportRunIds(objects: Ports['objects']): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const key of objects.list(ROOT)) ids.add(key.split('/')[2] as string); // every key has a run
  return ids;
}

/** The last export of the same query whose window ended by `to`, among the newest {@link LOOKED_AT} of that day or earlier. */
export async function previousExport(
  objects: Ports['objects'],
  { to, queryHash }: { readonly to: string; readonly queryHash: string },
): Promise<ExportManifest | undefined> {
  return newestExport(objects, to, (found) => found.queryHash === queryHash);
}

/** The last export of whatever query whose window ended by `to`. */
export async function latestExport(
  objects: Ports['objects'],
  to: string,
): Promise<ExportManifest | undefined> {
  return newestExport(objects, to, () => true);
}

async function newestExport(
  objects: Ports['objects'],
  to: string,
  counts: (manifest: ExportManifest) => boolean,
): Promise<ExportManifest | undefined> {
  const latest = exportFolder({ runId: '', to });
  const keys: string[] = [];
  for await (const key of objects.list(ROOT)) {
    if (key.endsWith(`/${MANIFEST}`) && key.slice(0, latest.length) <= latest) keys.push(key);
  }
  const endOf = ({ window }: ExportManifest) => Date.parse(window.to);
  let newest: ExportManifest | undefined;
  for (const key of keys.slice(-LOOKED_AT)) {
    const found = await readManifest(objects, key);
    if (found === undefined || !counts(found) || endOf(found) > Date.parse(to)) continue;
    if (newest === undefined || endOf(found) >= endOf(newest)) newest = found;
  }
  return newest;
}

async function readManifest(objects: Ports['objects'], key: string): Promise<ExportManifest | undefined> {
  const stored = await objects.get(key);
  return stored && decodeJson<ExportManifest>(stored.bytes, key, 1);
}
