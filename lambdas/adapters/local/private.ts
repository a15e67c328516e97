/** Rows, predictions and names of people lie in the local folders: only their owner reads them. */

import { chmodSync, mkdirSync, statSync } from 'node:fs';

/** Modes of what is made new. */
export const PRIVATE = { file: 0o600, folder: 0o700 } as const;

/** Makes the folder and those above it; one of our own that others could read, as versions before 0.2 made it, is closed. */
export function privateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE.folder });
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(path, PRIVATE.folder);
}
