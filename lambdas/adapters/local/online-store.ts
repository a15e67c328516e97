import { createHash } from 'node:crypto';
import { RuntimeFailure } from '../../core/errors.ts';
import type { RowValue } from '../../core/table/table.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { OnlineRow, OnlineStore } from '../../ports/online-store.ts';
import {
  decodeEvents,
  decodeNumber,
  encodeEvents,
  encodeNumber,
  type StoredEvents,
  type StoredNumber,
} from '../shared/key-events.ts';
import { mergeObject } from './merge-object.ts';

export interface OnlineStoreOptions {
  readonly objects: Pick<ObjectStore, 'get' | 'tryPut'>;
  readonly clock: Pick<Clock, 'steady'>;
  /** Shards kept in memory, 1 to 256. @default 64 */
  readonly cachedShards?: number;
}

type Shard = ReadonlyMap<string, OnlineRow>;

/** A shard as JSON: arrays of pairs, because a key or a feature may be named `__proto__`. */
type StoredRow = readonly [
  key: string,
  at: number,
  values: readonly (readonly [string, RowValue | StoredNumber])[],
  events?: StoredEvents,
];

/** Longest delay until writes of another process are visible; writes of this process are visible at once. */
const CACHE_MS = 1_000;

/**
 * The online store in 256 JSON objects, `00.json` to `ff.json`: a row is in the one named by the first byte of
 * its key's sha256. A shard is replaced whole and only in the version that was read, so that processes that
 * write at the same time lose nothing.
 */
export function createOnlineStore({ objects, clock, cachedShards = 64 }: OnlineStoreOptions): OnlineStore {
  /** Least recently used first. */
  const cache = new Map<string, { readonly shard: Shard; readonly readAt: number }>();

  function remember(name: string, shard: Shard, readAt = clock.steady()): Shard {
    cache.delete(name);
    cache.set(name, { shard, readAt });
    for (const oldest of cache.keys()) {
      if (cache.size <= cachedShards) break;
      cache.delete(oldest);
    }
    return shard;
  }

  async function shardOf(name: string): Promise<Shard> {
    const cached = cache.get(name);
    if (cached !== undefined && clock.steady() - cached.readAt < CACHE_MS) {
      return remember(name, cached.shard, cached.readAt);
    }
    const stored = await objects.get(name);
    return remember(name, decodeShard(stored && Buffer.from(stored.bytes).toString('utf8')));
  }

  return {
    async put(rows) {
      rows.forEach(checkRow);
      for (const [name, group] of groupByShard(rows)) {
        const content = await mergeObject(objects, name, (current) => {
          const shard = new Map(decodeShard(current));
          const newer = group.filter((row) => {
            const isNewer = row.at >= (shard.get(row.key)?.at ?? Number.NEGATIVE_INFINITY);
            if (isNewer) shard.set(row.key, row);
            return isNewer;
          });
          return newer.length === 0 ? undefined : encodeShard(shard);
        });
        remember(name, decodeShard(content));
      }
    },

    async get(key) {
      return (await shardOf(shardName(key))).get(key);
    },

    async delete(key) {
      const name = shardName(key);
      const content = await mergeObject(objects, name, (current) => {
        const shard = new Map(decodeShard(current));
        return shard.delete(key) ? encodeShard(shard) : undefined;
      });
      remember(name, decodeShard(content));
    },
  };
}

function shardName(key: string): string {
  return `${createHash('sha256').update(key).digest('hex').slice(0, 2)}.json`;
}

function groupByShard(rows: readonly OnlineRow[]): Map<string, OnlineRow[]> {
  const groups = new Map<string, OnlineRow[]>();
  for (const row of rows) {
    const name = shardName(row.key);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

/** JSON would turn NaN and the infinities into null, that is, into "missing". */
function checkRow({ at, values }: OnlineRow): void {
  const finite = [at, ...values.values()].every(
    (value) => typeof value !== 'number' || Number.isFinite(value),
  );
  if (!finite)
    throw new RuntimeFailure('online/not-finite', 'an online row holds a number that is not finite');
}

function encodeShard(shard: Shard): string {
  const rows = [...shard.values()].map(({ key, at, values, events }): StoredRow => {
    const stored = [...values].map(
      ([name, value]) => [name, typeof value === 'number' ? encodeNumber(value) : value] as const,
    );
    const row = [key, at, stored] as const;
    return events === undefined ? row : [...row, encodeEvents(events)];
  });
  return JSON.stringify({ schemaVersion: 1, rows });
}

function decodeShard(content: string | undefined): Shard {
  // Only encodeShard writes these objects.
  const rows: readonly StoredRow[] =
    content === undefined ? [] : (JSON.parse(content) as { rows: StoredRow[] }).rows;
  return new Map(
    rows.map(([key, at, pairs, events]) => {
      const values = new Map(pairs.map(([name, value]) => [name, decodeNumber<RowValue>(value as RowValue)]));
      const row = { key, at, values };
      return [key, events === undefined ? row : { ...row, events: decodeEvents(events) }];
    }),
  );
}
