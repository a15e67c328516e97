import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { filesOf, isCopied, packageOf } from './modules.ts';

/** Imports of copied packages go into the file; every other import stays an import. */
const copiedOnly: Plugin = {
  name: 'copied-only',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, importer, kind }) =>
      kind === 'entry-point' || importer.includes('/node_modules/') || isCopied(packageOf(path) ?? '')
        ? undefined
        : { external: true },
    );
  },
};

/**
 * Writes the copied packages into the ES modules of a folder that import them.
 *
 * @returns the files that were read
 */
export async function copyPackages(folder: string): Promise<Metafile> {
  const users = filesOf(folder, '.js').filter((file) =>
    [...readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)].some(([, path = '']) => isCopied(path)),
  );
  const { metafile } = await build({
    entryPoints: users,
    outdir: folder,
    outbase: folder,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'inline',
    plugins: [copiedOnly],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Licences and notices of the packages that these bundles hold, each text once. */
export function noticesOf(bundles: readonly Metafile[], root: string): string {
  const folders = bundles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
  const holders = new Map<string, Set<string>>();
  for (const folder of [...new Set(folders)].sort())
    for (const file of readdirSync(resolve(root, folder)).filter((name) =>
      /^(LICEN[CS]E|NOTICE)/i.test(name),
    )) {
      const text = readFileSync(join(root, folder, file), 'utf8').trim();
      holders.set(text, (holders.get(text) ?? new Set()).add(folder.replace(/^.*node_modules\//, '')));
    }
  return [...holders]
    .map(([text, names]) => `${[...names].join(', ')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n`);
}
