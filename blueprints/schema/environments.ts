import * as z from 'zod';
import { monitoringSchema, retrainingSchema } from './monitoring.ts';
import { servingSchema } from './serving.ts';
import { sourceSchema } from './source.ts';
import { trainingSchema } from './training.ts';

/** Every property optional, at every depth; lists stay whole. */
type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/**
 * The same shape with everything optional and no default: a default in an override would overwrite
 * what the blueprint says. Unions stay whole: one replaces the other.
 */
function overrideOf<T extends z.ZodType>(schema: T): z.ZodType<DeepPartial<z.input<T>>> {
  return withoutDefaults(schema) as unknown as z.ZodType<DeepPartial<z.input<T>>>; // the walk builds this shape
}

function withoutDefaults(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return withoutDefaults(schema.def.innerType);
  if (!(schema instanceof z.ZodObject)) return schema;
  const shape: Record<string, z.ZodType> = {};
  for (const [key, value] of Object.entries<z.core.$ZodType>(schema.def.shape)) {
    shape[key] = described(z.optional(withoutDefaults(value)), value);
  }
  return z.strictObject(shape);
}

function described(schema: z.ZodType, from: z.core.$ZodType): z.ZodType {
  const description = z.globalRegistry.get(from)?.description;
  return description === undefined ? schema : schema.describe(description);
}

const override = z
  .strictObject({
    source: overrideOf(
      sourceSchema.pick({ schedule: true, expectedRows: true, timeoutSec: true, watermark: true }),
    ),
    training: overrideOf(trainingSchema),
    serving: overrideOf(servingSchema),
    monitoring: overrideOf(monitoringSchema),
    retraining: overrideOf(retrainingSchema),
  })
  .partial()
  .optional();

/** Names of the environments. */
export const ENVIRONMENTS = ['dev', 'staging', 'prod', 'local'] as const;
export type OverriddenEnvironment = (typeof ENVIRONMENTS)[number];

/** Settings that differ per environment. */
export const environmentsSchema = z
  .strictObject({
    dev: override.describe('for people who build'),
    staging: override.describe('for the last test'),
    prod: override.describe('for those who use it'),
    local: override.describe('for the run on one machine'),
    tier: z
      .enum(['small', 'large'])
      .default('small')
      .describe('small: functions, nothing billed by the hour; large: managed distributed services'),
  })
  .prefault({})
  .describe('overrides per environment, and the tier');
