import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { createOnlineStore } from '../../../lambdas/adapters/local/online-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { onlineStoreContract } from '../../contracts/online-store.ts';
import { createFakeObjects } from '../../support/fake-objects.ts';
import { tempDir } from '../../support/temp-dir.ts';

onlineStoreContract('a folder', () => {
  const folder = tempDir();
  return {
    open: () => createOnlineStore({ objects: createObjectStore(folder), clock: createVirtualClock(0) }),
  };
});

const row = (key: string, at: number) => ({ key, at, values: new Map([['v', at]]) });

function counting(objects: ObjectStore) {
  const reads = { count: 0 };
  const get = (key: string) => {
    reads.count += 1;
    return objects.get(key);
  };
  return { objects: { ...objects, get }, reads };
}

describe('the online store in a folder', () => {
  it('spreads its keys over at most 256 files', async () => {
    const folder = tempDir();
    const store = createOnlineStore({ objects: createObjectStore(folder), clock: createVirtualClock(0) });
    await store.put(Array.from({ length: 2_000 }, (_, index) => row(`key-${index}`, index)));
    const files = readdirSync(folder).filter((name) => /^[0-9a-f]{2}\.json$/.test(name));
    expect(files.length).toBeGreaterThan(250);
    expect(files.length).toBeLessThanOrEqual(256);
  });

  it('answers from memory, and sees the writes of another process within a second', async () => {
    const clock = createVirtualClock(0);
    const shared = createFakeObjects({ cloud: 'azure', clock });
    const { objects, reads } = counting(shared);
    const store = createOnlineStore({ objects, clock });
    await store.put([row('k', 1)]);
    reads.count = 0;
    await store.get('k');
    expect(reads.count).toBe(0);
    await createOnlineStore({ objects: shared, clock }).put([row('k', 2)]);
    clock.advanceTo(1_000);
    expect((await store.get('k'))?.at).toBe(2);
    expect(reads.count).toBe(1);
  });

  it('keeps a bounded number of shards in memory, and drops the least recently used first', async () => {
    const clock = createVirtualClock(0);
    const { objects, reads } = counting(createFakeObjects({ cloud: 'azure', clock }));
    const store = createOnlineStore({ objects, clock, cachedShards: 2 });
    // Three keys in three shards: 8c…, ca…, 97… are the first bytes of their sha256.
    for (const key of ['a', 'b', 'c']) await store.put([row(key, 1)]);
    reads.count = 0;
    await store.get('c');
    await store.get('b');
    expect(reads.count).toBe(0);
    await store.get('a');
    await store.get('b');
    expect(reads.count).toBe(1);
    await store.get('c');
    expect(reads.count).toBe(2);
  });

  it('does not rewrite a shard for rows that are older than the stored ones', async () => {
    const objects = createFakeObjects({ cloud: 'azure', clock: createVirtualClock(0) });
    const store = createOnlineStore({ objects, clock: createVirtualClock(0) });
    await store.put([row('k', 5)]);
    await store.put([row('k', 4)]);
    expect(objects.history).toHaveLength(1);
  });

  it('fails, retryable, when nothing can be written', async () => {
    const clock = createVirtualClock(0);
    const objects = createFakeObjects({ cloud: 'azure', clock, faults: () => 'lost-request' });
    await expect(createOnlineStore({ objects, clock }).put([row('k', 1)])).rejects.toMatchObject({
      code: 'objects/busy',
      retryable: true,
      cause: { message: 'ECONNRESET' },
    });
  });
});
