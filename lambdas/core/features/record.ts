/** The form of a key's newest row in a store of named, typed values, such as a feature group. */

import { COLUMN_TYPES, columnFeatures, type SourceColumn } from './columns.ts';
import { pastFeatures } from './past.ts';
import type { FeatureSpec } from './spec.ts';

/** Names beside those of the features; a feature's name has no hyphen. */
export const RECORD = {
  /** Identifies the record. */
  key: 'record-key',
  /** Counts the writes of the record, so that a store can keep the latest of them. */
  version: 'record-version',
  /** Event time of the row, ms since 1970. */
  at: 'event-time',
  /** The newest events of the key, as JSON; only where features look back. */
  events: 'key-events',
} as const;

/** A record's values, by the names and in the order of the features: what a request gives in its place. */
export function recordValues(spec: FeatureSpec): readonly SourceColumn[] {
  return columnFeatures(spec).map(({ name, kind }) => ({ name, type: COLUMN_TYPES[kind] }));
}

/** Everything that a record has, its identifier and its version included. */
export function recordFields(spec: FeatureSpec): readonly SourceColumn[] {
  return [
    { name: RECORD.key, type: 'category' },
    { name: RECORD.version, type: 'category' },
    { name: RECORD.at, type: 'timestamp' },
    ...recordValues(spec),
    ...(pastFeatures(spec).length > 0 ? [{ name: RECORD.events, type: 'category' } as const] : []),
  ];
}
