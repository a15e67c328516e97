import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isKey } from '../../ports/object-key.ts';
import { asFailure, folderExists, isMissing } from './safe-path.ts';

/**
 * The keys of an object store's folder that begin with `prefix`. Depth first, where a folder sorts with its `/`:
 * so the keys come in the order of their bytes, one folder in memory at a time.
 *
 * @param inside - The folder part of the prefix, with its final `/`, or empty.
 */
export async function* listFolder(root: string, inside: string, prefix: string): AsyncGenerator<string> {
  const folder = join(root, inside.slice(0, -1));
  const names = await asFailure(root, folder, () => namesIn(folder));
  for (const name of names.sort()) {
    const key = `${inside}${name}`;
    if (!key.startsWith(prefix)) continue;
    if (name.endsWith('/')) yield* listFolder(root, key, prefix);
    else yield key;
  }
}

/** Files, and folders with a final `/`; neither links nor anything whose name no key can have. */
async function namesIn(folder: string): Promise<string[]> {
  if (!(await folderExists(folder))) return [];
  try {
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => isKey(name));
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${name}/`);
    return [...entries.filter((entry) => entry.isFile()).map(({ name }) => name), ...folders];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
