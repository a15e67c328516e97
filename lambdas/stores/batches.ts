/**
 * Delivered batches: `batch/<date>/<runId>/scores.<format>.gz` and, written last, `_manifest.json`: who sees the
 * manifest can read the scores.
 */

import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import { createFile, decodeJson, encodeJson } from './json.ts';

export interface BatchManifest {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly key: string;
  /** Event times of the rows, [from, to), ms since 1970; not in manifests of before it was kept. */
  readonly window?: TimeWindow;
  readonly version: number;
  readonly digest: string;
  readonly rows: number;
  /** Rows that the model refused; they are not in the file. */
  readonly refused: number;
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
}

const ROOT = 'batch/';
const MANIFEST = '_manifest.json';

/** @param at - The day that the batch is delivered under, ms since 1970. */
export function batchFolder(at: number, runId: string): string {
  return `${ROOT}${new Date(at).toISOString().slice(0, 10)}/${runId}`;
}

/** Returns the manifest of a delivery in a folder, or undefined while the delivery is not complete. */
export async function readBatch(
  { objects }: Pick<Ports, 'objects'>,
  folder: string,
): Promise<BatchManifest | undefined> {
  const key = `${folder}/${MANIFEST}`;
  const stored = await objects.get(key);
  return stored && decodeJson<BatchManifest>(stored.bytes, key, 1);
}

/** Ends a delivery; the first manifest of a folder stands, and is returned. */
export async function writeBatch(
  storage: WritePorts,
  folder: string,
  manifest: BatchManifest,
): Promise<BatchManifest> {
  await createFile(storage, `${folder}/${MANIFEST}`, encodeJson(manifest));
  return (await readBatch(storage, folder)) ?? manifest;
}

/** The batch that was delivered under the latest day; of one day's the one with the last run's id. */
export async function newestBatch({ objects }: Pick<Ports, 'objects'>): Promise<BatchManifest | undefined> {
  let newest: string | undefined;
  for await (const key of objects.list(ROOT)) {
    if (key.endsWith(`/${MANIFEST}`) && (newest === undefined || key > newest)) newest = key;
  }
  return newest === undefined ? undefined : readBatch({ objects }, newest.slice(0, -MANIFEST.length - 1));
}
