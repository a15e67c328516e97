import { COMMONJS, typesOf } from './commonjs.ts';
import { isCopied } from './modules.ts';

type Versions = Readonly<Record<string, string>>;

/** The parts of the repository's `package.json` that the package has too. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly type: string;
  readonly private: boolean;
  readonly engines: Versions;
  readonly bin: Versions;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly dependencies: Versions;
  readonly peerDependencies: Versions;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: true }>>;
}

/**
 * Small packages that stay dependencies: the schema's, whose types users see, and those of every command. Everything
 * else that the package may load is an optional peer: who imports constructs gets none of it.
 */
const LIGHT = ['zod', 'commander', 'picocolors', 'cli-table3'];

/**
 * The `package.json` of the package, made of the repository's.
 *
 * @param loaded - Packages that some file of the package imports. Functions have theirs in their bundles.
 * @throws Error for an import of a package that the repository has for development only
 */
export function packedManifest(repository: PackageJson, loaded: ReadonlySet<string>) {
  const { name, version, description, license, type, engines, bin, dependencies } = repository;
  const { peerDependencies, peerDependenciesMeta, exports } = repository;
  const needed = [...loaded].filter((one) => !isCopied(one) && peerDependencies[one] === undefined).sort();
  const pinned = (one: string): string => {
    const version = dependencies[one];
    if (version === undefined) throw new Error(`the package imports ${one}, which is not a dependency`);
    return version;
  };
  const optional = needed.filter((one) => !LIGHT.includes(one));
  const each = <Value>(names: readonly string[], value: (one: string) => Value) =>
    Object.fromEntries(names.map((one) => [one, value(one)]));
  return {
    name,
    version,
    description,
    license,
    type,
    private: repository.private,
    engines,
    bin,
    exports: Object.fromEntries(
      Object.entries(exports).map(([path, target]) => [path, conditionsOf(path, target)]),
    ),
    // For `moduleResolution: node10`, the default of `module: commonjs` before TypeScript 6, which reads no exports.
    typesVersions: {
      '*': Object.fromEntries(
        Object.entries(COMMONJS).map(([path, file]) => [path, [`./cjs/${typesOf(file)}`]]),
      ),
    },
    dependencies: each(LIGHT, (one) => `^${pinned(one)}`),
    // Any version: npm refuses to install constructs into an app that has another one for its own use.
    peerDependencies: { ...peerDependencies, ...each(optional, () => '*') },
    peerDependenciesMeta: { ...peerDependenciesMeta, ...each(optional, () => ({ optional: true })) },
    // Never installed by npm: the versions that errors tell people to install.
    devDependencies: each(optional, pinned),
  };
}

/** The package is the folder `dist`. Each half has its own declarations, because a private member makes a class nominal. */
function conditionsOf(
  path: string,
  { types, default: esm }: { readonly types: string; readonly default: string },
) {
  const inside = (file: string) => file.replace('./dist/', './');
  const half = { types: inside(types), default: inside(esm) };
  const commonJs = Object.entries(COMMONJS).find(([name]) => path === `./${name}`);
  if (commonJs === undefined) return half;
  const [name, file] = commonJs;
  return { require: { types: `./cjs/${typesOf(file)}`, default: `./cjs/${name}.cjs` }, ...half };
}
