import { parseArgs } from 'node:util';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { TERRAFORM_CLOUDS, type TerraformNarrowing } from './stacks.ts';

const OPTIONS = {
  cloud: { type: 'string' },
  env: { type: 'string' },
  blueprint: { type: 'string' },
  suffix: { type: 'string' },
} as const;

/**
 * Reads the words after `npm run synth:terraform --`.
 *
 * @throws InvalidInput `usage/not-understood`
 */
export function narrowingOf(args: readonly string[]): TerraformNarrowing {
  const { cloud: given, ...rest } = parsed(args);
  if (given === undefined) return rest;
  const cloud = TERRAFORM_CLOUDS.find((one) => one === given);
  if (cloud !== undefined) return { ...rest, cloud };
  throw new InvalidInput('synth:terraform', [
    {
      code: 'usage/not-understood',
      path: '--cloud',
      message: 'is not a cloud of Terraform',
      got: `'${given}'`,
      allowed: TERRAFORM_CLOUDS.join(', '),
      ...(given === 'aws' && { fix: 'use npx cdk synth' }),
    },
  ]);
}

function parsed(args: readonly string[]) {
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
