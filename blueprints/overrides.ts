/** Lays an environment's overrides over a blueprint. */

import type { OverriddenEnvironment } from './schema/environments.ts';
import type { Blueprint } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** The blueprint as this environment has it; still to be parsed, because an override may break a rule. */
export function withOverrides(blueprint: Blueprint, environment: OverriddenEnvironment): unknown {
  const override = blueprint.environments[environment];
  return override === undefined ? blueprint : merge(blueprint, override);
}

/** Objects are merged; lists, and objects that say their `kind`, are replaced. */
function merge(base: unknown, override: unknown): unknown {
  if (override === undefined) return base;
  if (!isObject(base) || !isObject(override) || 'kind' in override) return override;
  const merged: Record<string, unknown> = { ...base };
  for (const key of Object.keys(override)) merged[key] = merge(base[key], override[key]);
  return merged;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
