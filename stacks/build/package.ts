/**
 * The last step of `npm run build`: makes `dist`, where the compiler and `functions.ts` have written, a package. It is
 * packed from there. The repository's own `package.json` is never touched, also when packing is interrupted.
 */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { writeCommonJs } from './commonjs.ts';
import { copyPackages, noticesOf } from './copied-packages.ts';
import { type PackageJson, packedManifest } from './manifest.ts';
import { DIST, filesOf, packageOf } from './modules.ts';

const ROOT = join(DIST, '..');
const LAUNCHER = 'bin/mlops.mjs';
/** The command line knows it by name and evaluates it in TypeScript, as people write theirs. */
const EXAMPLE = join('blueprints', 'bank-marketing');

/** The text with other words, which must be in it. */
function replaced(file: string, from: string | RegExp, to: string): string {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const result = text.replaceAll(from, to);
  if (result === text) throw new Error(`${file} has no ${from}`);
  return result;
}

/** Imports as they are in TypeScript; the compiler writes them into the package's modules, but not into declarations. */
const SOURCE = /(from |import\()(['"]\.[^'"]+)\.ts(['"])/g;
const MODULE = '$1$2.js$3';

for (const file of filesOf(DIST, '.d.ts'))
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(SOURCE, MODULE));
for (const file of ['blueprint.ts', 'generate.ts'])
  writeFileSync(join(DIST, EXAMPLE, file), replaced(join(EXAMPLE, file), SOURCE, MODULE));
cpSync(join(ROOT, EXAMPLE, 'features.lock.json'), join(DIST, EXAMPLE, 'features.lock.json'));
for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'blueprints/typescript.mjs'])
  cpSync(join(ROOT, file), join(DIST, file));
mkdirSync(join(DIST, 'bin'), { recursive: true });
writeFileSync(join(DIST, LAUNCHER), replaced(LAUNCHER, './main.ts', './main.js'), { mode: 0o755 });

const bundles = [await copyPackages(DIST), await writeCommonJs(DIST)];
writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES'), noticesOf(bundles, ROOT));

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson; // our own file
const entries = Object.values(manifest.exports).map((target) => target.default);
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: [
    ...entries,
    './dist/bin/main.js',
    './dist/blueprints/evaluate.js',
    './dist/blueprints/typescript.mjs',
  ],
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  write: false,
  outdir: 'none',
  metafile: true,
});
const loaded = Object.values(metafile.inputs)
  .flatMap(({ imports }) => imports)
  .flatMap(({ path, external }) => (external ? (packageOf(path) ?? []) : []));
writeFileSync(
  join(DIST, 'package.json'),
  `${JSON.stringify(packedManifest(manifest, new Set(loaded)), undefined, 2)}\n`,
);
