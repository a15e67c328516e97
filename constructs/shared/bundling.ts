import { FUNCTIONS } from '../../lambdas/functions.ts';
import type { ZipEntry } from './zip.ts';

/** The clouds that functions are bundled for. */
export type BundledCloud = 'aws';

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

/** Archives by cloud. Lambda needs no file but the entry, because a function names it as its handler. */
export const BUNDLING: Readonly<Record<BundledCloud, Bundling>> = {
  aws: {
    node: 24,
    external: [],
    units: Object.keys(FUNCTIONS).map((name) => ({ name, entries: { [name]: `lambdas/${name}/aws.ts` } })),
    rootFiles: () => [],
  },
};
