/**
 * The blueprint: one validated file that says what a model is. No cloud word inside.
 * Descriptions are documentation: the reference is generated from the JSON Schema.
 */

import * as z from 'zod';
import type { ModelDeclaration } from '../lambdas/core/config.ts';
import { environmentsSchema } from './schema/environments.ts';
import { featuresSchema } from './schema/features.ts';
import { monitoringSchema, retrainingSchema } from './schema/monitoring.ts';
import { columnName, modelName, text } from './schema/primitives.ts';
import { servingSchema } from './schema/serving.ts';
import { problemSchema, sourceSchema } from './schema/source.ts';
import { trainingSchema } from './schema/training.ts';

const cardSchema = z
  .strictObject({
    contact: text(200).nullable().default(null).describe('where questions go'),
    licence: text(200).nullable().default(null).describe('licence of the model and its data'),
    intendedUse: text(2000).nullable().default(null).describe('what the model is for'),
    outOfScope: text(2000).nullable().default(null).describe('what it must not be used for'),
    risks: z
      .array(z.strictObject({ risk: text(500), mitigation: text(500) }))
      .max(50)
      .default([])
      .describe('what can go wrong, and what is done about it'),
  })
  .prefault({})
  .describe('statements that only people can make, for the model card');

/** The schema of a blueprint; {@link parseBlueprint} also checks what one field says of another. */
export const blueprintSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe('version of this format'),
    name: modelName.describe('unique among your models; part of every name that is created'),
    description: text(2000).describe('what the model does, in a sentence or two'),
    owner: text(200).describe('team or person responsible for it'),
    card: cardSchema,
    problem: problemSchema,
    source: sourceSchema,
    features: featuresSchema,
    excluded: z
      .record(columnName, text(500).min(10))
      .default({})
      .describe('columns that no feature may use, each with the reason: leakage, privacy, no signal'),
    training: trainingSchema,
    serving: servingSchema,
    monitoring: monitoringSchema,
    retraining: retrainingSchema,
    environments: environmentsSchema,
  })
  .describe('a model: problem, data, features, training, serving, monitoring')
  .meta({ title: 'Blueprint' }) satisfies z.ZodType<ModelDeclaration>;

/** A blueprint with its defaults. */
export type Blueprint = z.infer<typeof blueprintSchema>;
/** A blueprint as it is written. */
export type BlueprintInput = z.input<typeof blueprintSchema>;

/** The schema of what is written, as JSON Schema 2020-12. */
export function blueprintJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(blueprintSchema, { io: 'input', target: 'draft-2020-12' });
}
