/** The layers of an environment in their order: schema defaults < base < environment < given values. */

import { aboutInputs, problemsOf } from '../../blueprints/index.ts';
import { whyNoField } from '../../constructs/config/foreign-fields.ts';
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

const ENVIRONMENT = aboutInputs('environment', environmentSchema, whyNoField);

/** Name of an environment: one of these, or that of another file or caller. */
export type EnvironmentName = keyof typeof LAYERS | (string & Record<never, never>);

/**
 * An environment with every layer and default. A name without a file of its own starts from the base alone.
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
 * const environment = parseEnvironment('prod-us', { stage: 'prod', cloud: { provider: 'aws' }, database });
 */
export function parseEnvironment(
  name: EnvironmentName,
  given: Partial<EnvironmentInput> = {},
  cloud: Cloud | undefined = given.cloud === undefined && name === 'local' ? 'local' : undefined,
): Environment {
  const layers: Readonly<Record<string, EnvironmentLayer>> = LAYERS;
  return environmentOfLayer(name, Object.hasOwn(layers, name) ? (layers[name] ?? {}) : {}, given, cloud);
}

/**
 * An environment of a layer from any file.
 *
 * @throws InvalidInput naming the environment
 */
export function environmentOfLayer(
  name: string,
  { on, ...layer }: EnvironmentLayer,
  given: Partial<EnvironmentInput>,
  cloud: Cloud | undefined,
): Environment {
  const target: Partial<EnvironmentInput> = (cloud && on?.[cloud]) ?? {};
  const tags = { ...base.tags, ...layer.tags, ...target.tags, ...given.tags };
  const input = { ...base, ...layer, ...target, ...given, name, tags };
  const parsed = environmentSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(`environment '${name}'`, problemsOf(parsed.error, input, ENVIRONMENT));
}
