import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { satisfies } from 'semver'; // npm itself reads `engines` with it
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
/** The oldest Node that `engines` and the README promise. */
const OLDEST_NODE = '20.19.0';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  /** Lies in the archive of the package above it. */
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

const read = <T>(file: string): T => JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as T; // the shape is npm's
const locked = Object.entries(
  read<{ readonly packages: Readonly<Record<string, LockedPackage>> }>('package-lock.json').packages,
).filter(([path]) => path !== '');

/** Packages that npm would install without comparing their bytes. */
const unverified = (packages: typeof locked) =>
  packages
    .filter(([, { link, inBundle }]) => link !== true && inBundle !== true)
    .filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''))
    .map(([path]) => path);

/** Packages of a user's installation that refuse the oldest Node. */
const tooNew = (packages: typeof locked) =>
  packages
    .filter(([, { dev, engines }]) => dev !== true && !satisfies(OLDEST_NODE, engines?.node ?? '*'))
    .map(([path, { engines }]) => `${path} wants ${engines?.node}`);

// https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages
describe('package-lock.json', () => {
  it('holds the SHA-512 of every package, even those of other platforms', () => {
    expect(locked.length).toBeGreaterThan(300);
    expect(unverified(locked)).toEqual([]);
    expect(unverified([['node_modules/a', { version: '1.0.0' }]])).toEqual(['node_modules/a']);
  });

  it('names no registry', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('holds no production package that refuses the oldest Node of `engines`', () => {
    expect(read<{ engines: { node: string } }>('package.json').engines.node).toBe('>=20.19');
    expect(tooNew(locked)).toEqual([]);
    expect(tooNew([['node_modules/a', { engines: { node: '>=22' } }]])).toHaveLength(1);
  });
});
