import { APPS, type AppName, type AppSpec } from '../../lambdas/apps.ts';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { hostJson } from './host-json.ts';
import type { ZipEntry } from './zip.ts';

/** The clouds that functions are bundled for. */
export type BundledCloud = 'aws' | 'gcp' | 'azure';

/** Functions that are deployed as one archive, with one configuration. */
export interface Unit {
  readonly name: string;
  /** Functions that it may run; the configuration of the export has the database. */
  readonly functions: readonly FunctionName[];
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

const unitPerFunction = (cloud: 'aws' | 'gcp'): readonly Unit[] =>
  (Object.keys(FUNCTIONS) as FunctionName[]).map((name) => ({
    // the keys of a constant
    name,
    functions: [name],
    entries: { [name]: `lambdas/${name}/${cloud}.ts` },
  }));

const APP_NAMES = Object.keys(APPS) as AppName[]; // the keys of a constant

const unitPerApp: readonly Unit[] = APP_NAMES.map((name) => ({
  name,
  functions: APPS[name].functions,
  entries: { [name]: `lambdas/apps/${name}.ts` },
}));

/**
 * Major version of Node on Azure, for the bundles and the sites alike. 22 is supported until April 2027. Not every region
 * lists 24. An app with an unlisted version is made, and its host never starts (Azure/Azure-Functions#2665).
 */
export const AZURE_NODE = 22;

/**
 * Archives by cloud. Lambda needs no file but the entry, because a function names it as its handler. Google's build starts
 * the file that `main` names; without dependencies it installs the functions framework itself, 3.5.1 at the end of 2026
 * (github.com/GoogleCloudPlatform/buildpacks, cmd/nodejs/functions_framework). Azure's worker loads the file that `main`
 * names, and provides a package that an app registers its functions with (Azure/azure-functions-nodejs-worker).
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
    rootFiles: ({ name }) => [packageFile(name)],
  },
  azure: {
    node: AZURE_NODE,
    external: ['@azure/functions-core'],
    units: unitPerApp,
    rootFiles: ({ name }) => [packageFile(name), jsonFile('host.json', hostJson(appOf(name)))],
  },
};

function appOf(unit: string): AppSpec {
  const name = APP_NAMES.find((one) => one === unit);
  if (name === undefined) throw new Error(`there is no app '${unit}'`);
  return APPS[name];
}

const packageFile = (entry: string): ZipEntry =>
  jsonFile('package.json', { type: 'module', main: `${entry}.mjs` });

function jsonFile(name: string, content: object): ZipEntry {
  return { name, bytes: Buffer.from(`${JSON.stringify(content)}\n`) };
}
