import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import packageJson from '../../../package.json' with { type: 'json' };

/**
 * Loads what only commands for AWS need; nothing else loads it.
 *
 * @param names - Packages that it comes from.
 * @throws RuntimeFailure `aws/not-installed` naming the packages to install
 */
export async function loadOptional<T>(load: () => Promise<T>, ...names: readonly string[]): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code = '', message = '' } = cause as NodeJS.ErrnoException; // of an import
    if (
      !['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(code) ||
      !names.some((name) => message.includes(name))
    )
      throw cause;
    throw new RuntimeFailure('aws/not-installed', `this command needs ${names.join(', ')}`, {
      fix: `npm install --save-dev ${names.map(withVersion).join(' ')}`,
      cause,
    });
  }
}

/** Dependencies of a clone; an installed package names the versions that it was tested with for development. */
const VERSIONS: Readonly<Record<string, string>> = {
  ...packageJson.devDependencies,
  ...packageJson.dependencies,
};

const withVersion = (name: string): string =>
  VERSIONS[name] === undefined ? name : `${name}@${VERSIONS[name]}`;
