import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/azure/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/azure/prediction-stream.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { type Prediction, readPredictions } from '../../../lambdas/stores/predictions.ts';
import { rewriteObject } from '../../../lambdas/stores/rewrite-object.ts';
import { predictionRecord, predictionStreamContract } from '../../contracts/prediction-stream.ts';
import { type StorageEmulator, startAzurite } from '../../support/storage-emulators.ts';
import { azurite, describeWith } from '../../support/tools.ts';

/** Lines that do not hold a text. */
const without = (text: string) => (bytes: Uint8Array) => {
  const lines = Buffer.from(bytes).toString().split('\n');
  const kept = lines.filter((line) => !line.includes(text));
  return kept.length === lines.length ? undefined : Buffer.from(kept.join('\n'));
};

const NOW = Date.UTC(2026, 2, 1, 9, 30);

describeWith(azurite, 'predictions on Azurite', () => {
  let emulator: StorageEmulator;
  let containers = 0;
  beforeAll(async () => {
    emulator = await startAzurite();
  });
  afterAll(() => emulator?.stop());

  async function open(blocks?: number) {
    const name = `predictions-${++containers}`;
    await emulator.createBucket(name);
    const clock = createVirtualClock(NOW);
    const token = { get: async () => emulator.token, renew: async () => emulator.token };
    const place = { container: `${emulator.endpoint}/${name}`, clock, token };
    const objects = createObjectStore(place);
    const streamOf = (instance: string) =>
      createPredictionStream({
        ...place,
        instance,
        timeoutMs: 20_000,
        ...(blocks !== undefined && { blocks }),
      });
    const keys = async () => {
      const found: string[] = [];
      for await (const key of objects.list('predictions/')) found.push(key);
      return found;
    };
    async function read(window: { readonly from: number; readonly to: number }) {
      const found: Prediction[] = [];
      for await (const one of readPredictions(objects, window)) found.push(one);
      return found;
    }
    return { clock, objects, streamOf, keys, read };
  }

  predictionStreamContract('append blobs', async () => {
    const { streamOf, read } = await open();
    return { stream: streamOf('i1'), now: NOW, read };
  });

  it('rotates by a small maximum, and a reader finds every record of all files and instances once', async () => {
    const { clock, streamOf, keys, read } = await open(4);
    const names = Array.from({ length: 60 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    const streams = [streamOf('i1'), streamOf('i2')];
    for (const [index, name] of names.entries()) {
      if (index === 40) clock.advanceTo(NOW + 40 * 60_000); // the next hour
      await streams[index % 2]?.append([predictionRecord(name, clock.now())]);
    }
    const found = await read({ from: NOW, to: NOW + 3_600_000 });
    expect(found.map(({ record }) => record).sort()).toEqual(names);
    const files = await keys();
    // 20 records of each instance in the first hour, 10 in the second, 4 a file.
    expect(files.filter((key) => key.startsWith('predictions/2026-03-01/09/i1-'))).toHaveLength(5);
    expect(files.filter((key) => key.startsWith('predictions/2026-03-01/10/i2-'))).toHaveLength(3);
    expect(files).toHaveLength(16);
  });

  it('shows records that were written twice once', async () => {
    const { streamOf, read } = await open();
    const twice = [predictionRecord('a', NOW), predictionRecord('b', NOW)];
    await streamOf('i1').append(twice);
    await streamOf('i2').append(twice);
    expect((await read({ from: NOW, to: NOW + 1 })).map(({ record }) => record).sort()).toEqual(['a', 'b']);
  });

  it('lets a person’s records be taken out of a file, and appends to the next one', async () => {
    const { objects, clock, streamOf, read } = await open();
    const stream = streamOf('i1');
    await stream.append(['a', 'b', 'c'].map((name) => predictionRecord(name, NOW)));
    const key = 'predictions/2026-03-01/09/i1-0.jsonl';
    await rewriteObject({ objects, clock }, key, without('"record":"b"'));
    await stream.append([predictionRecord('d', NOW)]);
    const found = await read({ from: NOW, to: NOW + 1 });
    expect(found.map(({ record }) => record).sort()).toEqual(['a', 'c', 'd']);
  });

  it('reports a missing container', async () => {
    const clock = createVirtualClock(NOW);
    const token = { get: async () => emulator.token, renew: async () => emulator.token };
    const container = `${emulator.endpoint}/never-made`;
    const stream = createPredictionStream({ container, clock, token, instance: 'i', timeoutMs: 20_000 });
    await expect(stream.append([predictionRecord('a', NOW)])).rejects.toMatchObject({
      code: 'predictions/not-found',
      records: 1,
    });
  });
});
