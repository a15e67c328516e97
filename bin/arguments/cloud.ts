import { Option } from 'commander';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { DEFAULT_CLOUD } from '../clouds/load.ts';

/** `--cloud` of a command that supports some clouds. */
export const cloudOption = (known: readonly string[]): Option =>
  new Option('--cloud <name>', known.join(', ')).default(DEFAULT_CLOUD);

/**
 * The cloud that a command works on.
 *
 * @throws InvalidInput `usage/cloud` for one that this command does not support
 */
export function knownCloud<C extends string>(command: string, cloud: string, known: readonly C[]): C {
  const found = known.find((one) => one === cloud);
  if (found !== undefined) return found;
  throw new InvalidInput(`mlops ${command}`, [
    {
      code: 'usage/cloud',
      path: '--cloud',
      message: `is not supported by ${command} in this version`,
      got: `'${cloud}'`,
      allowed: known.join(', '),
      fix: `--cloud ${DEFAULT_CLOUD}`,
    },
  ]);
}
