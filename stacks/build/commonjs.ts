import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/** Exports that a CDK app imports, and the file of each. The others are ES modules alone. */
export const COMMONJS = { aws: 'constructs/aws/index.js', blueprint: 'stacks/blueprint.js' } as const;

/** The declaration of a module. */
export const typesOf = (file: string): string => file.replace(/\.js$/, '.d.ts');

/** Never in a bundle: classes of the CDK are compared by identity, and a bundler runs on sources only. */
const SHARED = ['aws-cdk-lib', 'constructs', 'esbuild'];

/**
 * A module finds files beside it by `import.meta`. In the bundle it is told the place of the ES module that it was
 * made from, so both halves use the same functions.
 */
const placeOfModules = (folder: string): Plugin => ({
  name: 'place-of-modules',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const place = JSON.stringify(relative(folder, path));
      const constants = [
        `const moduleFile = require('node:path').join(__dirname, '..', ${place});`,
        "const moduleFolder = require('node:path').dirname(moduleFile);",
        "const moduleUrl = require('node:url').pathToFileURL(moduleFile).href;",
      ];
      return { contents: `${constants.join('\n')}\n${text}`, loader: 'js' };
    });
  },
});

/**
 * Writes `cjs/<export>.cjs` from the ES modules of a folder, one bundle for each export, and their declarations. jest
 * loads no ES module, and Node before 20.19 requires none.
 *
 * @returns the files that were read
 */
export async function writeCommonJs(folder: string): Promise<Metafile> {
  const target = join(folder, 'cjs');
  const { metafile } = await build({
    entryPoints: Object.entries(COMMONJS).map(([out, file]) => ({ in: join(folder, file), out })),
    outdir: target,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    legalComments: 'eof',
    external: SHARED,
    define: { 'import.meta.dirname': 'moduleFolder', 'import.meta.url': 'moduleUrl' },
    plugins: [placeOfModules(folder)],
    metafile: true,
    logLevel: 'warning',
  });
  for (const file of Object.values(COMMONJS)) copyTypes(folder, target, typesOf(file));
  writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n'); // of the declarations too
  return metafile;
}

const IMPORTED = /(?:from |import\()['"](\.[^'"]+)['"]/g;

/** A declaration and every one that it imports; the compiler takes them for CommonJS, as their folder says. */
function copyTypes(from: string, to: string, file: string, copied = new Set<string>()): void {
  if (copied.has(file)) return;
  copied.add(file);
  mkdirSync(dirname(join(to, file)), { recursive: true });
  cpSync(join(from, file), join(to, file));
  for (const [, path = ''] of readFileSync(join(from, file), 'utf8').matchAll(IMPORTED)) {
    const imported = relative(from, resolve(from, dirname(file), path));
    copyTypes(from, to, typesOf(imported), copied);
  }
}
