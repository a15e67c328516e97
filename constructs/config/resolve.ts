/** Lays the layers over each other: schema defaults < base < environment < what is given < the blueprint's override. */

import type { Blueprint } from '../../blueprints/index.ts';
import { aboutInputs, applyOverrides, problemsOf, subjectOf } from '../../blueprints/index.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { RunnableStrategy } from '../../lambdas/core/release/state.ts';
import { base } from '../../stacks/config/base.ts';
import { dev } from '../../stacks/config/dev.ts';
import type { EnvironmentLayer } from '../../stacks/config/layer.ts';
import { local } from '../../stacks/config/local.ts';
import { prod } from '../../stacks/config/prod.ts';
import type { Cloud, Environment, EnvironmentInput } from './schema.ts';
import { environmentSchema } from './schema.ts';
import { staging } from '../../stacks/config/staging.ts';
import type { ResolvedRelease } from './limits/every-target.ts';
import { resolveRelease, targetProblems } from './limits/every-target.ts';

const LAYERS = { dev, staging, prod, local } as const satisfies Record<string, EnvironmentLayer>;

const ENVIRONMENT = aboutInputs('environment', environmentSchema);

export type EnvironmentName = keyof typeof LAYERS;

/** Everything that one model in one environment is made of. Deeply frozen. */
export interface ResolvedConfig {
  /** With the environment's overrides applied. */
  readonly blueprint: Blueprint;
  readonly environment: Environment;
  readonly target: Cloud;
  readonly release: ResolvedRelease;
  /** What the functions are configured with. */
  readonly model: ModelConfig;
}

/**
 * An environment with every layer and default.
 *
 * @param given - What its file does not say, or says otherwise: the cloud block, the database, who may call.
 * @param cloud - Whose part of the file counts. @default 'local' for the local environment, else none
 * @throws InvalidInput naming the environment
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

/**
 * The whole configuration of one model in one environment on one cloud. Pure: the same arguments, the same result.
 *
 * @throws InvalidInput with everything that this target cannot do, and what to do instead
 */
export function resolveConfig(blueprint: Blueprint, environment: Environment, cloud: Cloud): ResolvedConfig {
  const subject = `${subjectOf(blueprint)} in ${environment.name} on ${cloud}`;
  const applied = applyOverrides(blueprint, environment.name, subject);
  const release = resolveRelease(applied);
  const problems = targetProblems(applied, environment, cloud);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  return deepFreeze({
    blueprint: applied,
    environment: structuredClone(environment),
    target: cloud,
    release,
    model: modelConfig(applied, environment, release.strategy),
  });
}

function modelConfig(
  blueprint: Blueprint,
  environment: Environment,
  releaseStrategy: RunnableStrategy,
): ModelConfig {
  const { schemaVersion: _, environments: __, ...declaration } = blueprint;
  const { description, owner, excluded, card } = declaration;
  return {
    ...declaration,
    card: { ...card, description, owner, excluded },
    environment: environment.name,
    releaseStrategy,
    approverMustDiffer: environment.approverMustDiffer,
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner);
  }
  return Object.freeze(value);
}
