import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/aws/object-store.ts';
import { PART_BYTES } from '../../../lambdas/adapters/shared/parts.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { objectStoreContract } from '../../contracts/object-store.ts';
import { type Emulator, type EmulatorName, startEmulator } from '../../support/emulators.ts';
import { describeWith, emulators } from '../../support/tools.ts';

/** The two differ on checksums, part sizes and errors, so both are asked. */
describeWith(emulators, 'S3 on moto', () => contractOn('moto'));
describeWith(emulators, 'S3 on ministack', () => contractOn('ministack'));

function contractOn(name: EmulatorName): void {
  let emulator: Emulator;
  let buckets = 0;
  beforeAll(async () => {
    emulator = await startEmulator(name);
  });
  afterAll(() => emulator.stop());

  const options = () => ({ ...emulator.client, forcePathStyle: true, maxAttempts: 2 });
  async function open(): Promise<{
    readonly store: ObjectStore;
    readonly bucket: string;
    readonly s3: S3Client;
  }> {
    const bucket = `artifacts-${++buckets}`;
    const s3 = new S3Client(options());
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    return { bucket, s3, store: createObjectStore({ bucket, client: options() }) };
  }

  objectStoreContract(`S3 (${name})`, async () => (await open()).store);

  it('writes an object of several parts, whole, with the version that a read returns', async () => {
    const { store } = await open();
    const part = Buffer.alloc(1 << 20, 'x');
    const parts = Math.ceil((PART_BYTES * 2.5) / part.byteLength);
    await store.write(
      'large',
      Array.from({ length: parts }, () => part),
    );
    const read = await store.read('large');
    let bytes = 0;
    for await (const chunk of read ?? []) bytes += chunk.byteLength;
    expect(bytes).toBe(parts * part.byteLength);
  });

  it('leaves nothing of an upload when its source fails in its third part', async () => {
    const { store, s3, bucket } = await open();
    async function* failing() {
      for (let part = 0; part < 20; part++) yield Buffer.alloc(1 << 20, 'x');
      throw new Error('the source broke');
    }
    await expect(store.write('large', failing())).rejects.toThrow('the source broke');
    expect(await store.get('large')).toBeUndefined();
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads ?? []).toEqual([]);
  });

  it('lists more keys than a page holds', async () => {
    const { store } = await open();
    const keys = Array.from({ length: 1_050 }, (_, index) => `k/${String(index).padStart(5, '0')}`);
    for (let first = 0; first < keys.length; first += 50)
      await Promise.all(keys.slice(first, first + 50).map((key) => store.write(key, [])));
    const listed: string[] = [];
    for await (const key of store.list('k/')) listed.push(key);
    expect(listed).toEqual(keys);
  });
}
