import { RuntimeFailure } from '../../core/errors.ts';

/**
 * Reads the names of a function's resources, which the environment holds by variable.
 *
 * @throws RuntimeFailure `config/missing` for a variable that is not set
 */
export function resourceNames(
  env: Readonly<Record<string, string | undefined>>,
): (variable: string) => string {
  return (variable) => {
    const name = env[variable];
    if (name) return name;
    throw new RuntimeFailure('config/missing', `${variable} is not set`, {
      fix: `add what it names to the function's uses in lambdas/functions.ts`,
    });
  };
}
