import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder that is removed when the current test ends. */
export function tempDir(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
