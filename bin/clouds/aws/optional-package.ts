import { RuntimeFailure } from '../../../lambdas/core/errors.ts';

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
      fix: `npm install --save-dev ${names.join(' ')}`,
      cause,
    });
  }
}
