import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/azure/object-store.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import type { TokenSource } from '../../../lambdas/adapters/shared/token-source.ts';
import type { Clock } from '../../../lambdas/ports/clock.ts';
import { objectStoreContract } from '../../contracts/object-store.ts';
import { largeObjects, manyKeys, racingCreators } from '../../contracts/object-store-at-scale.ts';
import { type StorageEmulator, startAzurite } from '../../support/storage-emulators.ts';
import { azurite, describeWith } from '../../support/tools.ts';

describeWith(azurite, 'Blob Storage on Azurite', () => {
  let emulator: StorageEmulator;
  let containers = 0;
  beforeAll(async () => {
    emulator = await startAzurite();
  });
  afterAll(() => emulator.stop());

  const storeOf = (name: string, clock: Clock, token: TokenSource = constant(emulator.token)) =>
    createObjectStore({ container: `${emulator.endpoint}/${name}`, clock, token });
  async function open(clock: Clock = createVirtualClock(0)) {
    const name = `artifacts-${++containers}`;
    await emulator.createBucket(name);
    return storeOf(name, clock);
  }
  const constant = (token: string): TokenSource => ({ get: async () => token, renew: async () => token });

  objectStoreContract('Blob Storage', open);
  largeObjects(open);
  manyKeys(open, 5_100); // a page of List Blobs has 5,000
  racingCreators(open, 100);

  it('keeps the blocks of two writers of one blob apart', async () => {
    const store = await open();
    const content = (byte: number) => Array.from({ length: 20 }, () => Buffer.alloc(1 << 20, byte));
    const written = await Promise.allSettled([1, 2].map((byte) => store.write('large', content(byte))));
    const bytes = (await store.get('large'))?.bytes ?? new Uint8Array();
    expect(bytes.byteLength).toBe(20 << 20);
    expect(new Set(bytes).size).toBe(1);
    for (const one of written.filter(({ status }) => status === 'rejected'))
      expect(one).toMatchObject({ reason: { code: 'objects/busy', retryable: true } });
  });

  it('does not report a missing container as a missing object', async () => {
    const store = storeOf('never-made', createVirtualClock(0));
    const failure = { code: 'objects/not-found' };
    await expect(store.get('a')).rejects.toMatchObject(failure);
    await expect(store.tryPut('a', Buffer.from('x'), { kind: 'absent' })).rejects.toMatchObject(failure);
  });

  it('renews a token that Blob Storage does not accept', async () => {
    const name = `artifacts-${++containers}`;
    await emulator.createBucket(name);
    const [head = '', claims = '', signature = ''] = emulator.token.split('.');
    const ended = Buffer.from(claims, 'base64url')
      .toString()
      .replace(/"exp":\d+/, '"exp":1600000000');
    const expired = `${head}.${Buffer.from(ended).toString('base64url')}.${signature}`;
    const store = storeOf(name, createVirtualClock(0), {
      get: async () => expired,
      renew: async () => emulator.token,
    });
    expect((await store.tryPut('a', Buffer.from('x'), { kind: 'absent' })).outcome).toBe('written');
    for (const wrong of [expired, 'not-a-token'])
      await expect(storeOf(name, createVirtualClock(0), constant(wrong)).get('a')).rejects.toMatchObject({
        code: 'objects/credentials',
      });
  });
});
