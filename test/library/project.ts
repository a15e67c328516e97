/** Projects of users: folders with the packed package in `node_modules`. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

/** The version of a package that the repository is tested with. */
export const pinned = (name: string): string => `${name}@${devDependencies[name]}`;

const run = (program: string, args: readonly string[], cwd: string): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** Builds the package and packs it. */
export function packTo(folder: string): string {
  run('npm', ['run', 'package', '--silent', '--', '--loglevel=error', '--pack-destination', folder], ROOT);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  assert.ok(tarball, 'npm run package made a tarball');
  return join(folder, tarball);
}

export class Project {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** Copies a file of this folder. */
  copy(template: string, file: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    cpSync(join(import.meta.dirname, template), this.path(file));
  }

  writeJson(file: string, value: unknown): void {
    writeFileSync(this.path(file), `${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Changes members of a JSON file; undefined removes one. */
  changeJson(file: string, change: (value: Record<string, Record<string, unknown>>) => unknown): void {
    this.writeJson(file, change(JSON.parse(readFileSync(this.path(file), 'utf8'))));
  }

  install(...packages: readonly string[]): void {
    run('npm', ['install', ...packages, '--no-audit', '--no-fund', '--loglevel=error'], this.folder);
  }

  /** Runs a program of an installed package by this Node, and returns what it prints. */
  run(script: string, ...args: readonly string[]): string {
    return run(process.execPath, [this.path('node_modules', script), ...args], this.folder);
  }

  tsc(...options: readonly string[]): string {
    return this.run('typescript/bin/tsc', ...options);
  }

  /** Runs code as a CommonJS program. */
  evaluate(code: string): string {
    return run(process.execPath, ['--input-type=commonjs', '--eval', code], this.folder);
  }

  /** Installed packages, also nested ones. */
  packages(): readonly string[] {
    const lock = JSON.parse(readFileSync(this.path('node_modules/.package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, unknown>>;
    }; // npm's format
    return Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
  }

  /** Size of all files below a folder, MB. */
  megabytes(folder = 'node_modules'): number {
    const files = readdirSync(this.path(folder), { recursive: true, encoding: 'utf8' });
    return files.reduce((sum, name) => sum + lstatSync(this.path(folder, name)).size, 0) / 1e6;
  }
}
