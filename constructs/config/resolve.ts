/** One model in one environment on one cloud: the environment, then the blueprint's override for it. */

import type { Blueprint } from '../../blueprints/index.ts';
import { applyOverrides, subjectOf } from '../../blueprints/index.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import type { RunnableStrategy } from '../../lambdas/core/release/state.ts';
import { azureDatabaseLogin } from './azure-login.ts';
import { databaseLogin } from './gcp-login.ts';
import { targetProblems, targetWarnings } from './limits/index.ts';
import { type ResolvedRelease, resolveRelease } from './release.ts';
import { type Retention, resolveRetention } from './retention.ts';
import { type Cloud, type Environment, environmentId, stageOf } from './schema.ts';

/** Everything that one model in one environment is made of. Deeply frozen. */
export interface ResolvedConfig {
  /** With the environment's overrides applied. */
  readonly blueprint: Blueprint;
  readonly environment: Environment;
  readonly target: Cloud;
  readonly release: ResolvedRelease;
  /** Days that stored objects are kept, by prefix. */
  readonly retention: Retention;
  /** Configuration of the functions. */
  readonly model: ModelConfig;
  /** Everything that works now and will not for good, with a fix. */
  readonly warnings: readonly Problem[];
}

/**
 * The whole configuration of one model in one environment on one cloud. Pure: the same arguments, the same result.
 *
 * @throws InvalidInput with everything that this target cannot do, and what to do instead
 *
 * @example
 * import { loadBlueprint, parseEnvironment, resolveConfig } from 'mlops-blueprint/blueprint';
 *
 * const { blueprint } = await loadBlueprint('blueprints/churn/blueprint.ts');
 * const config = resolveConfig(blueprint, parseEnvironment('local'), 'local');
 */
export function resolveConfig(blueprint: Blueprint, environment: Environment, cloud: Cloud): ResolvedConfig {
  const subject = `${subjectOf(blueprint)} in ${environmentId(environment)} on ${cloud}`;
  const applied = applyOverrides(blueprint, stageOf(environment), subject);
  const release = resolveRelease(applied);
  const retention = resolveRetention(applied, environment.retention);
  const problems = targetProblems(applied, environment, cloud);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  return deepFreeze({
    blueprint: applied,
    environment: withLogin(applied, structuredClone(environment)),
    target: cloud,
    release,
    retention,
    model: {
      ...modelConfig(applied, environment, release.strategy),
      ...(retention.features !== 'forever' && { featureDays: retention.features }),
    },
    warnings: targetWarnings(applied, environment, cloud),
  });
}

/** On Google Cloud and Azure the user of the database is the export's own identity. */
function withLogin({ name, source }: Blueprint, environment: Environment): Environment {
  const { cloud, database } = environment;
  if (database === undefined) return environment;
  const account = { model: name, environment: environmentId(environment) };
  switch (cloud.provider) {
    case 'gcp':
      return {
        ...environment,
        database: { ...database, user: databaseLogin(source.engine, cloud.project, account) },
      };
    case 'azure':
      return { ...environment, database: { ...database, user: azureDatabaseLogin(source.engine, account) } };
    case 'aws':
    case 'local':
      return environment;
  }
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
    environment: environmentId(environment),
    releaseStrategy,
    approverMustDiffer: environment.approverMustDiffer,
    approvers: environment.approvers,
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner);
  }
  return Object.freeze(value);
}
