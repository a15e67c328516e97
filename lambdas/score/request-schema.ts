/**
 * The form of a scoring request: its limits, and the JSON Schema that people and generators read. The checker
 * (request-check.ts) is built from the same features and limits, and a property test holds the two together.
 *
 * Each feature that is read from a column is a field of a row; where features look back, `key` says whose events count. `null` means missing and is always allowed; to leave a field out is not.
 */

import type { ModelConfig } from '../core/config.ts';
import { TIMESTAMP_PATTERN } from '../core/csv/timestamp.ts';
import { type ColumnFeature, columnFeatures } from '../core/features/columns.ts';
import { pastFeatures } from '../core/features/past.ts';
import { BOOLEAN_PATTERN, MAX_NUMBER, MAX_TEXT } from '../core/table/values.ts';

/** Most rows in one request. */
export const MAX_ROWS = 1_000;
/** Characters of an online store's key. */
export const MAX_KEY = 512;
/** An id that can be put in a URL, a file, a log line and a JSON text as it is. */
export const ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

type JsonSchema = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<ColumnFeature['kind'], JsonSchema>> = {
  numeric: { type: ['number', 'null'], minimum: -MAX_NUMBER, maximum: MAX_NUMBER },
  boolean: {
    anyOf: [{ type: ['boolean', 'null'] }, { enum: [0, 1] }, { type: 'string', pattern: BOOLEAN_PATTERN }],
  },
  categorical: {
    type: ['string', 'number', 'null'],
    maxLength: MAX_TEXT,
    minimum: -Number.MAX_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
  },
  timestamp: { type: ['string', 'null'], pattern: TIMESTAMP_PATTERN },
};

/** The features that are fields of a row, in the order of the blueprint. */
export function requestFields({ features }: Pick<ModelConfig, 'features'>): readonly ColumnFeature[] {
  return columnFeatures(features);
}

/** JSON Schema (2020-12) of a scoring request of this model. */
export function requestSchema(config: ModelConfig): JsonSchema {
  const fields = requestFields(config);
  const id = {
    type: 'string',
    pattern: ID_PATTERN.source,
    description: 'Names the prediction; ground truth is joined by it. Made by the service when left out.',
  };
  const eventTime = {
    type: 'string',
    pattern: TIMESTAMP_PATTERN,
    description:
      'When the row happens: ground truth is joined by id and event time, and features that look back see what was before it. Left out: the time of the request, or of the stored row; ground truth is then joined by id alone.',
  };
  const event = { id, eventTime };
  const features = closed(
    Object.fromEntries(fields.map(({ name, kind, description }) => [name, { ...TYPES[kind], description }])),
    fields.map(({ name }) => name),
  );
  const key = { type: 'string', minLength: 1, maxLength: MAX_KEY };
  // The key of the events that features look back at.
  const subject = pastFeatures(config.features).length > 0 ? { key } : {};
  const needed = ['features', ...Object.keys(subject)];
  const row = closed({ features, ...subject, ...event }, needed);
  const rows = { type: 'array', minItems: 1, maxItems: MAX_ROWS, items: row };
  const reasons = {
    type: 'boolean',
    description: 'Whether the response holds what each feature added to the score.',
  };
  const forms = [
    closed({ features, ...subject, ...event, reasons }, needed),
    closed({ rows, reasons }, ['rows']),
  ];
  if (takesKeys(config)) forms.push(closed({ key, ...event, reasons }, ['key']));
  return { oneOf: forms };
}

/** Whether a request may name a key of the online store instead of giving features. */
export function takesKeys({ serving }: Pick<ModelConfig, 'serving'>): boolean {
  return serving.online?.byKey === true;
}

function closed(properties: JsonSchema, required: readonly string[]): JsonSchema {
  return { type: 'object', additionalProperties: false, required, properties };
}
