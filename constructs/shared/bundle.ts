import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import type * as Esbuild from 'esbuild';
import { BUNDLING, type BundledCloud, type Bundling, type Unit } from './bundling.ts';
import type { ZipEntry } from './zip.ts';

/** Files of each unit by its name: `<entry>.mjs`, the chunks that its entries import, and its root files. */
export type Bundles = ReadonlyMap<string, readonly ZipEntry[]>;

/** This package's root: the same distance from the sources and, built, from `dist/`. */
const ROOT = join(import.meta.dirname, '../..');
/** Written by `npm run build`: the package that is installed has no sources to bundle. */
const BUILT = join(ROOT, 'functions');

const bundled = new Map<BundledCloud, Bundles>();

/** Returns the files of a cloud's units: the built ones where there are any, else bundled once in a process. */
export function bundlesOf(cloud: BundledCloud): Bundles {
  const known = bundled.get(cloud);
  if (known !== undefined) return known;
  const built = join(BUILT, cloud);
  const made = existsSync(built) ? readBuilt(built) : bundleUnits(BUNDLING[cloud]);
  bundled.set(cloud, made);
  return made;
}

/**
 * Bundles every unit of a cloud by one esbuild call: ESM with shared chunks, so that what a function imports lazily
 * stays lazy. The same sources give the same bytes, in whatever folder they lie.
 *
 * @throws Error when a source cannot be bundled, or two units have different sources for one entry
 */
export function bundleUnits({ node, external, units, rootFiles }: Bundling): Bundles {
  // In the order of their names: esbuild writes other bytes for another order.
  const entries = units.flatMap((unit) => Object.entries(unit.entries)).sort(([a], [b]) => (a < b ? -1 : 1));
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild; // loaded only when sources are bundled
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: entries.map(([name, source]) => ({ in: source, out: name })),
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
    target: `node${node}`,
    external: [...external],
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
  const bundleOf = (unit: Unit): readonly ZipEntry[] =>
    [...filesOf(Object.keys(unit.entries), metafile.outputs, bytesOf), ...rootFiles(unit)].sort(byName);
  return new Map(units.map((unit) => [unit.name, bundleOf(unit)]));
}

/** Returns entries and every chunk that they may come to load; paths keep their distance, so imports hold. */
function filesOf(
  entries: readonly string[],
  outputs: Esbuild.Metafile['outputs'],
  bytesOf: ReadonlyMap<string, Uint8Array>,
): readonly ZipEntry[] {
  const wanted = new Set<string>();
  const visit = (path: string): void => {
    if (wanted.has(path)) return;
    wanted.add(path);
    for (const { path: imported, external } of outputs[path]?.imports ?? []) if (!external) visit(imported);
  };
  for (const entry of entries) visit(`bundle/${entry}.mjs`);
  return [...wanted].map((path) => {
    const bytes = bytesOf.get(path);
    if (bytes === undefined)
      throw new Error(`esbuild did not write ${path}, which ${entries.join(', ')} imports`);
    return { name: path.replace(/^bundle\//, ''), bytes };
  });
}

function readBuilt(folder: string): Bundles {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFolder(join(folder, name), '').sort(byName)] as const),
  );
}

function readFolder(folder: string, prefix: string): ZipEntry[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory()
      ? readFolder(path, `${prefix}${basename(path)}/`)
      : [{ name: `${prefix}${entry.name}`, bytes: readFileSync(path) }];
  });
}

/** The order of a unit's files, bundled now or read as built. */
const byName = (a: ZipEntry, b: ZipEntry): number => (a.name < b.name ? -1 : 1);

const toPosix = (path: string) => path.replaceAll('\\', '/');
