/** Rows, predictions and names of people lie in the local folders: only their owner reads them. */

import { chmodSync, mkdirSync, statSync } from 'node:fs';

/** Modes of what is made new. */
export const PRIVATE = { file: 0o600, folder: 0o700 } as const;

/** Makes the folder and those above it, where they are not there; one that is there keeps its mode: it may hold other things. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE.folder });
}

/**
 * Makes a folder that holds nothing but ours, or closes it where others could read it, as versions before 0.2 made it.
 * Never for a folder that a person may have chosen.
 */
export function privateFolder(path: string): void {
  makeFolder(path);
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(path, PRIVATE.folder);
}
