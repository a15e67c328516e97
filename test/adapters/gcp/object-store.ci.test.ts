import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/gcp/object-store.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import type { Clock } from '../../../lambdas/ports/clock.ts';
import { objectStoreContract } from '../../contracts/object-store.ts';
import { largeObjects, manyKeys, racingCreators } from '../../contracts/object-store-at-scale.ts';
import { type StorageEmulator, startFakeGcs } from '../../support/storage-emulators.ts';
import { describeWith, fakeGcs } from '../../support/tools.ts';

describeWith(fakeGcs, 'Cloud Storage on fake-gcs-server', () => {
  let emulator: StorageEmulator;
  let buckets = 0;
  beforeAll(async () => {
    emulator = await startFakeGcs();
  });
  afterAll(() => emulator.stop());

  async function open(clock: Clock = createVirtualClock(0)) {
    const bucket = `artifacts-${++buckets}`;
    await emulator.createBucket(bucket);
    const token = { get: async () => emulator.token, renew: async () => emulator.token };
    return createObjectStore({ bucket, clock, token, endpoint: emulator.endpoint });
  }

  objectStoreContract('Cloud Storage', open);
  largeObjects(open);
  manyKeys(open, 2_100); // a page of objects.list has 1,000
  racingCreators(open);

  it('refuses an object that somebody else stored with a content encoding', async () => {
    const bucket = `artifacts-${++buckets}`;
    await emulator.createBucket(bucket);
    const query = 'uploadType=media&name=packed&contentEncoding=gzip';
    const body = gzipSync('text');
    const url = `${emulator.endpoint}/upload/storage/v1/b/${bucket}/o?${query}`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
    const token = { get: async () => 't', renew: async () => 't' };
    const clock = createVirtualClock(0);
    const store = createObjectStore({ bucket, clock, token, endpoint: emulator.endpoint });
    await expect(store.get('packed')).rejects.toMatchObject({ code: 'objects/refused' });
    await expect(store.read('packed')).rejects.toMatchObject({ code: 'objects/refused' });
    await store.write('ours.gz', [body]);
    expect(Buffer.from((await store.get('ours.gz'))?.bytes ?? []).equals(body)).toBe(true);
  });

  it('does not report a missing bucket as a missing object', async () => {
    const token = { get: async () => 't', renew: async () => 't' };
    const clock = createVirtualClock(0);
    const store = createObjectStore({ bucket: 'never-made', clock, token, endpoint: emulator.endpoint });
    await expect(store.tryPut('a', Buffer.from('x'), { kind: 'absent' })).rejects.toMatchObject({
      code: 'objects/not-found',
    });
  });
});
