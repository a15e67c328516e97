/**
 * `features.lock.json` records the feature group that was deployed. Adding a feature of a row is an update; another key or
 * event time, a change or a removal without a higher `features.version` is refused, because what was stored and trained
 * under the old definition would silently mean something else. Columns keep the place where they were first stored.
 */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Problem } from '../lambdas/core/errors.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import { pastFeatures } from '../lambdas/core/features/past.ts';
import { modelColumns, storedColumns } from '../lambdas/core/model-table.ts';
import { applyOverrides, subjectOf } from './parse.ts';
import { aboutInputs, problemsOf } from './problems.ts';
import { ENVIRONMENTS } from './schema/environments.ts';
import { columnName } from './schema/primitives.ts';
import type { Blueprint } from './schema.ts';

const group = {
  group: z.string(),
  version: z.int().min(1).max(9999),
  /** Name of a feature → sha256 of what it computes. */
  features: z.record(columnName, z.string().regex(/^[0-9a-f]{64}$/)),
};
const lockSchema = z.discriminatedUnion('schemaVersion', [
  /** Without the columns, which were stored in the order of its features. */
  z.strictObject({ schemaVersion: z.literal(1), ...group }),
  z.strictObject({
    schemaVersion: z.literal(2),
    ...group,
    key: columnName,
    eventTime: columnName,
    columns: z.array(columnName).min(1).max(1000),
  }),
]);

const LOCK = aboutInputs('blueprint', lockSchema);

export type FeaturesLock = Readonly<z.infer<typeof lockSchema>>;
/** The form that is written. */
export type CurrentLock = Extract<FeaturesLock, { readonly schemaVersion: 2 }>;

/** @throws InvalidInput when it is not a lock. */
export function parseLock(input: unknown, subject: string): FeaturesLock {
  const parsed = lockSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(subject, problemsOf(parsed.error, input, LOCK));
}

/** Returns the conflicts of this blueprint with the deployed group; empty when it may be deployed. */
export function checkLock(blueprint: Blueprint, lock: FeaturesLock): Problem[] {
  if (lock.group !== blueprint.name)
    return [
      {
        code: 'blueprint/other-lock',
        path: 'name',
        message: `the features.lock.json beside this blueprint belongs to '${lock.group}'`,
        got: `'${blueprint.name}'`,
        fix: 'delete features.lock.json: a new model has deployed nothing yet',
      },
    ];
  const { version } = blueprint.features;
  if (version > lock.version) return [];
  if (version < lock.version)
    return [
      {
        code: 'blueprint/features-version-lower',
        path: 'features.version',
        message: 'must not be below the deployed version',
        got: String(version),
        fix: `set it to ${lock.version}, or to ${lock.version + 1} if features changed`,
      },
    ];
  const now = definitions(blueprint);
  const added = pastFeatures(blueprint.features).filter(({ name }) => !Object.hasOwn(lock.features, name));
  const pastless: Problem[] = added.map(({ name }) => ({
    code: 'blueprint/past-added',
    path: 'features.fields',
    message: `feature '${name}' looks back, and the rows in the online store of version ${version} hold no events for it`,
    fix: `raise features.version to ${version + 1}`,
  }));
  const changed = Object.entries(lock.features)
    .filter(([name, hash]) => now.get(name) !== hash)
    .map(
      ([name]): Problem => ({
        code: 'blueprint/features-changed',
        path: 'features.fields',
        message: `feature '${name}' was ${now.has(name) ? 'changed' : 'removed'}, and version ${version} is deployed with it`,
        fix: `raise features.version to ${version + 1}`,
      }),
    );
  return [...rowProblems(blueprint, lock), ...changed, ...pastless];
}

function rowProblems({ source, features }: Blueprint, lock: FeaturesLock): Problem[] {
  if (lock.schemaVersion === 1) return [];
  return (['key', 'eventTime'] as const)
    .filter((name) => source[name] !== lock[name])
    .map((name) => ({
      code: 'blueprint/rows-changed',
      path: `source.${name}`,
      message: `rows of version ${features.version} are stored by '${lock[name]}'`,
      got: `'${source[name]}'`,
      fix: `raise features.version to ${features.version + 1}`,
    }));
}

/**
 * The lock after this blueprint is deployed.
 *
 * @throws InvalidInput when the earlier lock refuses it
 */
export function nextLock(blueprint: Blueprint, lock?: FeaturesLock): CurrentLock {
  const problems = lock === undefined ? [] : checkLock(blueprint, lock);
  if (problems.length > 0) throw new InvalidInput(`blueprint '${blueprint.name}'`, problems);
  const { key, eventTime } = blueprint.source;
  return {
    schemaVersion: 2,
    group: blueprint.name,
    version: blueprint.features.version,
    key,
    eventTime,
    columns: columnsAfter(blueprint, lock),
    features: Object.fromEntries(definitions(blueprint)),
  };
}

/**
 * The columns that every environment stores, in their order: those of the lock, then what is new. Environments may differ in
 * the columns that tell groups apart, and not in the order.
 */
function columnsAfter(blueprint: Blueprint, lock: FeaturesLock | undefined): string[] {
  const same = lock !== undefined && lock.version === blueprint.features.version;
  const first = same ? columnsOf(blueprint, lock) : (blueprint.features.columns ?? []);
  const everywhere = [undefined, ...ENVIRONMENTS].map((name) =>
    applyOverrides(blueprint, name, subjectOf(blueprint)),
  );
  return everywhere.reduce<string[]>((columns, one) => {
    const features = { ...one.features, columns };
    return storedColumns({ ...one, features }).map(({ name }) => name);
  }, first);
}

/** A first lock without its columns: the features had the order of the lock, and new ones came later. */
function columnsOf(blueprint: Blueprint, lock: FeaturesLock): string[] {
  if (lock.schemaVersion === 2) return lock.columns;
  const names = Object.keys(lock.features);
  const fields = names.flatMap((name) => blueprint.features.fields.filter((field) => field.name === name));
  return modelColumns({ ...blueprint, features: { ...blueprint.features, fields } }).map(({ name }) => name);
}

/** Stands for a limit that is not set. It was the default of every encoding when the first locks were written. */
const LOCKED_MAX_CATEGORIES = 100;

/**
 * Returns a hash of the computation of each feature, every default filled in, so that writing one out changes nothing.
 * The words and tests of a feature may change freely.
 */
function definitions(blueprint: Blueprint): ReadonlyMap<string, string> {
  return new Map(
    blueprint.features.fields.map((field) => {
      const words = ['description', 'expect', 'monitor'];
      const definition = Object.entries(field).filter(([key]) => !words.includes(key));
      const limit = field.kind === 'categorical' ? { maxCategories: LOCKED_MAX_CATEGORIES } : {};
      const whole = { column: field.name, ...limit, ...Object.fromEntries(definition) };
      return [field.name, createHash('sha256').update(canonical(whole)).digest('hex')];
    }),
  );
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
