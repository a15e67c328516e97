import { parseArgs } from 'node:util';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { Narrowing } from '../selection.ts';

const OPTIONS = {
  env: { type: 'string' },
  blueprint: { type: 'string' },
  suffix: { type: 'string' },
} as const;

/**
 * Reads the words after `npm run synth:terraform --`.
 *
 * @throws InvalidInput `usage/not-understood`
 */
export function narrowingOf(args: readonly string[]): Narrowing {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new InvalidInput('synth:terraform', [
      {
        code: 'usage/not-understood',
        path: args.join(' '),
        message: error instanceof Error ? error.message : 'is not understood',
        allowed: Object.keys(OPTIONS)
          .map((name) => `--${name} NAME`)
          .join(', '),
      },
    ]);
  }
}
