import {
  DeleteRecordCommand,
  GetRecordCommand,
  PutRecordCommand,
  SageMakerFeatureStoreRuntimeClient,
  type SageMakerFeatureStoreRuntimeClientConfig,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { RuntimeFailure } from '../../core/errors.ts';
import { RECORD } from '../../core/features/record.ts';
import type { FeatureSpec } from '../../core/features/spec.ts';
import type { OnlineStore } from '../../ports/online-store.ts';
import { errorNameOf, failureOf } from './failure.ts';
import {
  escapeText,
  type FeatureRecord,
  fromFeatureValues,
  recordCodec,
  toFeatureValues,
} from './feature-record.ts';

export interface OnlineStoreOptions {
  readonly group: string;
  /** The group's definitions are made of the same (`recordFields`). */
  readonly features: FeatureSpec;
  readonly client?: SageMakerFeatureStoreRuntimeClientConfig;
}

/** Records under way at once; each takes a read, a write and a read. */
const PARALLEL = 48;
/** Somebody wins each round, so this many losses in a row mean that something is broken. */
const MAX_ROUNDS = 100;

/**
 * A SageMaker feature group's online store.
 *
 * PutRecord keeps a record only when its event time is greater than the stored one's, and says nothing when it is not
 * (docs.aws.amazon.com/sagemaker/latest/APIReference/API_feature_store_PutRecord.html). With the row's own time as event
 * time, corrections and late events would be lost. So the group's event time is the number of the record's write, and the
 * row's time is a feature. A write takes the number after the one it read; of writers with one number the first is kept,
 * and the others read that and decide again: an optimistic lock, without a clock.
 */
export function createOnlineStore({ group, features, client }: OnlineStoreOptions): OnlineStore {
  const runtime = new SageMakerFeatureStoreRuntimeClient(client ?? {});
  const codec = recordCodec(features);

  async function read(id: string): Promise<FeatureRecord | undefined> {
    const command = new GetRecordCommand({ FeatureGroupName: group, RecordIdentifierValueAsString: id });
    const { Record = [] } = await runtime.send(command).catch((error: unknown) => {
      throw failureOf('online', error, 'getting a record');
    });
    return Record.length === 0 ? undefined : fromFeatureValues(Record);
  }

  async function write(record: FeatureRecord): Promise<void> {
    const command = new PutRecordCommand({ FeatureGroupName: group, Record: toFeatureValues(record) });
    await runtime.send(command).catch((error: unknown) => {
      throw failureOf('online', error, 'putting a record');
    });
  }

  /** Stores a record unless a newer event is there. */
  async function putOne(record: FeatureRecord): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const stored = await read(record.get(RECORD.key) as string); // `encode` gives one
      if (stored !== undefined && (isNewer(stored, record) || isSame(stored, record))) return;
      await write(new Map([...record, [RECORD.version, versionAfter(stored)]]));
    }
    throw tooFast();
  }

  /** @returns the refusal, if the service makes one: a deletion must be later than the record's last write */
  async function erase(id: string, stored: FeatureRecord): Promise<unknown> {
    const command = new DeleteRecordCommand({
      FeatureGroupName: group,
      RecordIdentifierValueAsString: id,
      EventTime: versionAfter(stored),
      TargetStores: ['OnlineStore'],
      DeletionMode: 'HardDelete', // the other mode keeps the key
    });
    try {
      await runtime.send(command);
      return undefined;
    } catch (error) {
      if (REFUSED.has(errorNameOf(error))) return error;
      throw failureOf('online', error, 'deleting a record');
    }
  }

  return {
    async put(rows) {
      const records = newestOf(rows.map(codec.encode));
      for (let first = 0; first < records.length; first += PARALLEL)
        await Promise.all(records.slice(first, first + PARALLEL).map(putOne));
    },

    async get(key) {
      const record = await read(escapeText(key));
      return record && codec.decode(record);
    },

    async delete(key) {
      const id = escapeText(key);
      let refused: { readonly version: string | undefined; readonly error: unknown } | undefined; // by another write
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const stored = await read(id);
        if (stored === undefined) return;
        const version = stored.get(RECORD.version);
        if (refused !== undefined && refused.version === version)
          throw failureOf('online', refused.error, 'deleting a record');
        const error = await erase(id, stored);
        if (error === undefined) return;
        refused = { version, error };
      }
      throw tooFast();
    },
  };
}

/** A deletion that is not later than the record's last write (API_feature_store_DeleteRecord). */
const REFUSED = new Set(['ValidationError', 'ValidationException']);

const tooFast = (): RuntimeFailure =>
  new RuntimeFailure('online/busy', 'a record changes faster than it can be written', { retryable: true });

/** One record per key: of one time the last. */
function newestOf(records: readonly FeatureRecord[]): readonly FeatureRecord[] {
  const newest = new Map<string | undefined, FeatureRecord>();
  for (const record of records) {
    const key = record.get(RECORD.key);
    const known = newest.get(key);
    if (known === undefined || !isNewer(known, record)) newest.set(key, record);
  }
  return [...newest.values()];
}

const isNewer = (a: FeatureRecord, b: FeatureRecord): boolean =>
  Number(a.get(RECORD.at)) > Number(b.get(RECORD.at));

/** Equal but for the number of the write. */
function isSame(stored: FeatureRecord, record: FeatureRecord): boolean {
  return stored.size === record.size + 1 && [...record].every(([name, text]) => stored.get(name) === text);
}

/** Numbers of writes as the event times that a group takes: milliseconds since 1970. */
function versionAfter(stored: FeatureRecord | undefined): string {
  const written = stored === undefined ? 0 : Date.parse(stored.get(RECORD.version) ?? '');
  return new Date(written + 1).toISOString();
}
