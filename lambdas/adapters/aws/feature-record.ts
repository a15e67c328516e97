/** A key's newest row as a record of a feature group, and back. */

import type { FeatureValue } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { RuntimeFailure } from '../../core/errors.ts';
import { RECORD, recordValues } from '../../core/features/record.ts';
import type { FeatureSpec } from '../../core/features/spec.ts';
import type { ColumnType, RowValue } from '../../core/table/table.ts';
import type { OnlineRow } from '../../ports/online-store.ts';
import { decodeEvents, encodeEvents, type StoredEvents } from '../shared/key-events.ts';

/** Values by name; a missing value is a missing feature. */
export type FeatureRecord = ReadonlyMap<string, string>;

export interface RecordCodec {
  /** @throws RuntimeFailure `online/not-finite`, `online/too-large` */
  encode(row: OnlineRow): FeatureRecord;
  decode(record: FeatureRecord): OnlineRow;
}

/** Largest record (docs.aws.amazon.com/sagemaker/latest/dg/feature-store-quotas.html). */
const MAX_BYTES = 350 * 1024;

/** Translates rows of these features. */
export function recordCodec(spec: FeatureSpec): RecordCodec {
  const features = recordValues(spec);
  return {
    encode({ key, at, values, events }) {
      const record = new Map<string, string>([
        [RECORD.key, escapeText(key)],
        [RECORD.at, numberText(at)],
      ]);
      for (const { name } of features) {
        const value = values.get(name) ?? null;
        if (value !== null) record.set(name, valueText(value));
      }
      if (events !== undefined) record.set(RECORD.events, JSON.stringify(encodeEvents(events)));
      const bytes = [...record].reduce((sum, parts) => sum + Buffer.byteLength(parts.join('')), 0);
      if (bytes > MAX_BYTES)
        throw new RuntimeFailure(
          'online/too-large',
          `the newest row of a key has ${bytes} bytes, a feature group takes ${MAX_BYTES}`,
          { fix: 'let lag and rolling look back at fewer features or fewer days' },
        );
      return record;
    },
    decode(record) {
      const row = {
        key: unescapeText(record.get(RECORD.key) ?? ''),
        at: Number(record.get(RECORD.at)),
        values: new Map(features.map(({ name, type }) => [name, parsed(record.get(name), type)])),
      };
      const events = record.get(RECORD.events);
      // Only `encode` writes this feature.
      return events === undefined
        ? row
        : { ...row, events: decodeEvents(JSON.parse(events) as StoredEvents) };
    },
  };
}

/** The record as PutRecord takes it. */
export const toFeatureValues = (record: FeatureRecord): FeatureValue[] =>
  [...record].map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));

/** Converts the response of GetRecord to a record. */
export const fromFeatureValues = (values: readonly FeatureValue[]): FeatureRecord =>
  new Map(values.map(({ FeatureName = '', ValueAsString = '' }) => [FeatureName, ValueAsString]));

/** Integral for booleans, Fractional for numbers and times, String otherwise. */
function valueText(value: Exclude<RowValue, null>): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? numberText(value) : escapeText(value);
}

function numberText(value: number): string {
  if (!Number.isFinite(value))
    throw new RuntimeFailure('online/not-finite', 'a value is not a finite number');
  return Object.is(value, -0) ? '-0' : String(value);
}

function parsed(text: string | undefined, type: ColumnType): RowValue {
  if (text === undefined) return null;
  if (type === 'category') return unescapeText(text);
  return type === 'boolean' ? Number(text) !== 0 : Number(text);
}

/**
 * `ValueAsString` has the pattern `.*`, which line breaks do not match. Control characters and separators of lines become
 * `\uXXXX` as in JSON, other text stays readable. An empty text is a lone backslash: an identifier cannot be empty.
 */
export function escapeText(text: string): string {
  if (text === '') return '\\';
  return text.replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const ESCAPED = /[\\\p{Cc}\u2028\u2029]/gu;

function unescapeText(text: string): string {
  if (text === '\\') return '';
  return text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
