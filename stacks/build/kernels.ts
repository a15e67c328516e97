/**
 * `npm run kernels`: compiles lambdas/core/trees/kernels/assembly with AssemblyScript into lambdas/core/trees/kernels/wasm.ts.
 * `npm run kernels -- --check` compiles too, and fails when the file holds something else.
 *
 * The compiler is fetched when it is needed: 100 MB that nobody who only runs the project should install.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILER = 'assemblyscript@0.28.20';
const OPTIONS = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert', '--importMemory'];
const ROOT = join(import.meta.dirname, '../..');
const SOURCE = 'lambdas/core/trees/kernels/assembly/index.ts';
const RESULT = join(ROOT, 'lambdas/core/trees/kernels/wasm.ts');

function compile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const file = join(folder, 'kernels.wasm');
    const asc = ['exec', '--yes', `--package=${COMPILER}`, '--', 'asc', SOURCE, ...OPTIONS, '-o', file];
    execFileSync('npm', asc, { cwd: ROOT, stdio: 'inherit' });
    return readFileSync(file).toString('base64');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const content = `/** Made by \`npm run kernels\` from assembly/. */
export const WASM =
  '${compile()}';
`;
if (process.argv.includes('--check')) {
  const same = readFileSync(RESULT, 'utf8') === content;
  console.log(same ? 'wasm.ts is what its source compiles to' : 'wasm.ts is not what its source compiles to');
  process.exitCode = same ? 0 : 1;
} else writeFileSync(RESULT, content);
