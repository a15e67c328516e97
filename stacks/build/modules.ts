/** Paths and imports of the files that the compiler has written into `dist`. */

import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

/** The folder of the package: its `package.json` lies in it, and it is packed as it is. */
export const DIST = join(import.meta.dirname, '../../dist');

/**
 * Packages whose few functions are copied into the files that use them: they come in 150 packages, and nobody sees
 * their types.
 */
const COPIED = /^(@stdlib\/|@marcbachmann\/cel-js$)/;

export const isCopied = (name: string): boolean => COPIED.test(name);

/** The package of an import, without the path in it; undefined for a file or a module of Node. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:)/.test(specifier) || builtinModules.includes(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every file below the folder with this ending, as an absolute path. */
export function filesOf(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}
