/** The environments that there are, and how their layers lie over each other: schema defaults < base < environment < what is given. */

import { aboutInputs, problemsOf } from '../../blueprints/index.ts';
import {
  type Cloud,
  type Environment,
  type EnvironmentInput,
  environmentSchema,
} from '../../constructs/config/schema.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { base } from './base.ts';
import { dev } from './dev.ts';
import type { EnvironmentLayer } from './layer.ts';
import { local } from './local.ts';
import { prod } from './prod.ts';
import { staging } from './staging.ts';

const LAYERS = { dev, staging, prod, local } as const satisfies Record<string, EnvironmentLayer>;

const ENVIRONMENT = aboutInputs('environment', environmentSchema);

export type EnvironmentName = keyof typeof LAYERS;

/**
 * An environment with every layer and default.
 *
 * @param given - Values that its file lacks, or that override it: the cloud block, the database, who may call.
 * @param cloud - Cloud that selects the part of the file. @default 'local' for the local environment, else none
 * @throws InvalidInput naming the environment
 *
 * @example
 * import { parseEnvironment } from 'mlops-blueprint/blueprint';
 *
 * const auth = 'iam';
 * const database = { host: 'db.internal', name: 'crm', user: 'reader', instance: 'db-ABC', auth } as const;
 * const environment = parseEnvironment('dev', { cloud: { provider: 'aws' }, database });
 */
export function parseEnvironment(
  name: EnvironmentName,
  given: Partial<EnvironmentInput> = {},
  cloud: Cloud | undefined = given.cloud === undefined && name === 'local' ? 'local' : undefined,
): Environment {
  const { on, ...layer }: EnvironmentLayer = LAYERS[name];
  const target: Partial<EnvironmentInput> = (cloud && on?.[cloud]) ?? {};
  const tags = { ...base.tags, ...layer.tags, ...target.tags, ...given.tags };
  const input = { ...base, ...layer, ...target, ...given, name, tags };
  const parsed = environmentSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(`environment '${name}'`, problemsOf(parsed.error, input, ENVIRONMENT));
}
