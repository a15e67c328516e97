import {
  type FeatureValue,
  GetRecordCommand,
  PutRecordCommand,
  SageMakerFeatureStoreRuntimeClient,
  type SageMakerFeatureStoreRuntimeClientConfig,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { RuntimeFailure } from '../../core/errors.ts';
import type { SourceColumn } from '../../core/features/columns.ts';
import { EVENTS_NAME } from '../../core/features/past.ts';
import type { RowValue } from '../../core/table.ts';
import type { OnlineRow, OnlineStore } from '../../ports/online-store.ts';
import { decodeEvents, encodeEvents, type StoredEvents } from '../shared/key-events.ts';
import { failureOf } from './failure.ts';

export interface OnlineStoreOptions {
  readonly group: string;
  /** Names of the record's identifier and its event time. */
  readonly key: string;
  readonly eventTime: string;
  /** The group's columns, by whose types values become texts and texts values again. */
  readonly columns: readonly SourceColumn[];
  readonly client?: SageMakerFeatureStoreRuntimeClientConfig;
}

/** Calls under way at once; each is one record. */
const PARALLEL = 16;

/**
 * A SageMaker feature group's online store. The service itself keeps the newest event: PutRecord of an older one does
 * not change what GetRecord answers (docs.aws.amazon.com/sagemaker/latest/APIReference/API_feature_store_PutRecord.html).
 */
export function createOnlineStore(options: OnlineStoreOptions): OnlineStore {
  const { group, key, eventTime, columns, client } = options;
  const runtime = new SageMakerFeatureStoreRuntimeClient(client ?? {});
  const typeOf = new Map(columns.map(({ name, type }) => [name, type]));

  const put = async (row: OnlineRow): Promise<void> => {
    const Record: FeatureValue[] = [
      { FeatureName: key, ValueAsString: row.key },
      { FeatureName: eventTime, ValueAsString: new Date(row.at).toISOString() },
    ];
    for (const [name, value] of row.values) {
      // A missing value is a missing feature. The identifier and event time are in the record already.
      if (value === null || name === key || name === eventTime) continue;
      Record.push({ FeatureName: name, ValueAsString: textOf(value) });
    }
    if (row.events !== undefined)
      Record.push({ FeatureName: EVENTS_NAME, ValueAsString: JSON.stringify(encodeEvents(row.events)) });
    await runtime.send(new PutRecordCommand({ FeatureGroupName: group, Record })).catch((error: unknown) => {
      throw failureOf('online', error, 'putting a record');
    });
  };

  return {
    async put(rows) {
      for (const { values } of rows)
        for (const value of values.values())
          if (typeof value === 'number' && !Number.isFinite(value))
            throw new RuntimeFailure('online/not-finite', 'a value is no finite number');
      for (let first = 0; first < rows.length; first += PARALLEL)
        await Promise.all(rows.slice(first, first + PARALLEL).map(put));
    },

    async get(id) {
      const answer = await runtime
        .send(new GetRecordCommand({ FeatureGroupName: group, RecordIdentifierValueAsString: id }))
        .catch((error: unknown) => {
          throw failureOf('online', error, 'getting a record');
        });
      if (answer.Record === undefined || answer.Record.length === 0) return undefined;
      const texts = new Map(answer.Record.map((one) => [one.FeatureName ?? '', one.ValueAsString ?? '']));
      const values = new Map<string, RowValue>();
      for (const [name, type] of typeOf) {
        if (name === key || name === eventTime) continue;
        const text = texts.get(name);
        values.set(name, text === undefined ? null : parsed(text, type));
      }
      const events = texts.get(EVENTS_NAME);
      return {
        key: id,
        at: Date.parse(texts.get(eventTime) ?? ''),
        values,
        // Only `put` writes this feature.
        ...(events !== undefined && { events: decodeEvents(JSON.parse(events) as StoredEvents) }),
      };
    },
  };
}

/** As the group's types want it: Integral for booleans, Fractional for numbers, String otherwise. */
function textOf(value: Exclude<RowValue, null>): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

function parsed(text: string, type: SourceColumn['type']): RowValue {
  if (type === 'number') return Number(text);
  if (type === 'boolean') return text === '1';
  return text;
}
