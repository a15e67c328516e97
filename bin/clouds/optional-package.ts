import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** Loads what a command needs, from these packages. */
export type Loader = <T>(load: () => Promise<T>, ...names: readonly string[]) => Promise<T>;

/**
 * Loads what only commands for one cloud need; nothing else loads it.
 *
 * @param code - Code of the failure that names the packages to install.
 */
export const optionalLoader =
  (code: 'aws/not-installed' | 'azure/not-installed' | 'gcp/not-installed'): Loader =>
  async (load, ...names) => {
    try {
      return await load();
    } catch (cause) {
      const { code: missing = '', message = '' } = cause as NodeJS.ErrnoException; // of an import
      if (
        !['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(missing) ||
        !names.some((name) => message.includes(name))
      )
        throw cause;
      throw new RuntimeFailure(code, `this command needs ${names.join(', ')}`, {
        fix: `npm install --save-dev ${names.map(withVersion).join(' ')}`,
        cause,
      });
    }
  };

/** Dependencies of a clone; an installed package names the versions that it was tested with for development. */
const VERSIONS: Readonly<Record<string, string>> = {
  ...packageJson.devDependencies,
  ...packageJson.dependencies,
};

const withVersion = (name: string): string =>
  VERSIONS[name] === undefined ? name : `${name}@${VERSIONS[name]}`;
