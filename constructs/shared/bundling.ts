import { FUNCTIONS } from '../../lambdas/functions.ts';
import type { ZipEntry } from './zip.ts';

/** The clouds that functions are bundled for. */
export type BundledCloud = 'aws' | 'gcp';

/** Functions that are deployed as one archive, with one configuration. */
export interface Unit {
  readonly name: string;
  /** Source files from this package's root, by entry: `score` is written to `score.mjs` at the archive's root. */
  readonly entries: Readonly<Record<string, string>>;
}

/** A cloud's form of an archive. */
export interface Bundling {
  /** Major version of Node in that cloud; the code is written for it. */
  readonly node: 22 | 24;
  /** Packages that the cloud's runtime provides: they stay imports and are not in the archive. */
  readonly external: readonly string[];
  /** Everything that is deployed. An entry that units share has the same source in each. */
  readonly units: readonly Unit[];
  /** Files at the archive's root beside the entries, such as the `package.json` that names the file to start. */
  readonly rootFiles: (unit: Unit) => readonly ZipEntry[];
}

const unitPerFunction = (cloud: BundledCloud): readonly Unit[] =>
  Object.keys(FUNCTIONS).map((name) => ({ name, entries: { [name]: `lambdas/${name}/${cloud}.ts` } }));

/**
 * Archives by cloud. Lambda needs no file but the entry, because a function names it as its handler. Google's build starts
 * the file that `main` names; without dependencies it installs the functions framework itself, 3.5.1 at the end of 2026
 * (github.com/GoogleCloudPlatform/buildpacks, cmd/nodejs/functions_framework).
 */
export const BUNDLING: Readonly<Record<BundledCloud, Bundling>> = {
  aws: {
    node: 24,
    external: [],
    units: unitPerFunction('aws'),
    rootFiles: () => [],
  },
  gcp: {
    node: 24,
    external: [],
    units: unitPerFunction('gcp'),
    rootFiles: ({ name }) => [packageFile({ type: 'module', main: `${name}.mjs` })],
  },
};

function packageFile(content: Readonly<Record<string, string>>): ZipEntry {
  return { name: 'package.json', bytes: Buffer.from(`${JSON.stringify(content)}\n`) };
}
