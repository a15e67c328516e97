import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import type * as Esbuild from 'esbuild';
import type { ZipEntry } from './zip.ts';

/** The clouds that functions are bundled for. */
export type BundledCloud = 'aws';

/** Files of each function by its name: `<name>.mjs` and the chunks that it imports. */
export type Bundles = ReadonlyMap<string, readonly ZipEntry[]>;

/** This package's root: the same distance from the sources and, built, from `dist/`. */
const ROOT = join(import.meta.dirname, '../..');
const LAMBDAS = join(ROOT, 'lambdas');
/** Written by `npm run build`: the package that is installed has no sources to bundle. */
const BUILT = join(ROOT, 'functions');

const bundled = new Map<BundledCloud, Bundles>();

/**
 * Every function of a cloud, bundled by one esbuild call: ESM with shared chunks, so that what a function imports
 * lazily stays lazy. The same sources give the same bytes, in whatever folder they lie.
 */
export function bundlesOf(cloud: BundledCloud): Bundles {
  const known = bundled.get(cloud);
  if (known !== undefined) return known;
  const made = existsSync(join(BUILT, cloud)) ? readBuilt(join(BUILT, cloud)) : bundle(cloud);
  bundled.set(cloud, made);
  return made;
}

/** Names of the functions that have an entry for this cloud, `lambdas/<name>/<cloud>.ts`. */
export function entriesOf(cloud: BundledCloud): readonly string[] {
  return readdirSync(LAMBDAS, { withFileTypes: true })
    .filter((folder) => folder.isDirectory() && !['adapters', 'runtime'].includes(folder.name))
    .map(({ name }) => name)
    .filter((name) => existsSync(join(LAMBDAS, name, `${cloud}.ts`)))
    .sort();
}

function bundle(cloud: BundledCloud): Bundles {
  const names = entriesOf(cloud);
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild; // loaded only when sources are bundled
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(names.map((name) => [name, `lambdas/${name}/${cloud}.ts`])),
    outdir: 'bundle',
    write: false,
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[hash]',
    // Packages written as CommonJS ask for Node's modules by `require`, which an ES module has not.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    metafile: true,
    logLevel: 'silent',
    tsconfigRaw: '{}',
    preserveSymlinks: true, // otherwise a linked node_modules gives other paths, and so other hashes
  });
  const bytesOf = new Map(outputFiles.map(({ path, contents }) => [toPosix(relative(ROOT, path)), contents]));
  return new Map(names.map((name) => [name, filesOf(`bundle/${name}.mjs`, metafile.outputs, bytesOf)]));
}

/** An entry and every chunk that it may come to load; paths keep their distance, so imports hold. */
function filesOf(
  entry: string,
  outputs: Esbuild.Metafile['outputs'],
  bytesOf: ReadonlyMap<string, Uint8Array>,
): readonly ZipEntry[] {
  const wanted = new Set<string>();
  const visit = (path: string): void => {
    if (wanted.has(path)) return;
    wanted.add(path);
    for (const { path: imported, external } of outputs[path]?.imports ?? []) if (!external) visit(imported);
  };
  visit(entry);
  return [...wanted].sort().map((path) => {
    const bytes = bytesOf.get(path);
    if (bytes === undefined) throw new Error(`esbuild did not write ${path}, which ${entry} imports`);
    return { name: path.replace(/^bundle\//, ''), bytes };
  });
}

function readBuilt(folder: string): Bundles {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFolder(join(folder, name), '')] as const),
  );
}

function readFolder(folder: string, prefix: string): ZipEntry[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory()
        ? readFolder(path, `${prefix}${basename(path)}/`)
        : [{ name: `${prefix}${entry.name}`, bytes: readFileSync(path) }];
    });
}

const toPosix = (path: string) => path.replaceAll('\\', '/');
