import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/aws/object-store.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { memoryObjects } from '../stores/crash.ts';
import { startEmulator } from '../support/emulators.ts';
import { emulators, itWith } from '../support/tools.ts';
import { prepareRelease, releaseRun } from './release-runs.ts';

const SEEDS = 500;

async function runs(objects: ObjectStore, count: number): Promise<string[]> {
  await prepareRelease(objects);
  const wrong: string[] = [];
  for (let seed = 0; seed < count; seed++) wrong.push(...(await releaseRun(seed, () => objects)));
  return wrong;
}

describe('releases by events that are repeated, late, reordered and concurrent', () => {
  it(`keeps the pointer's invariants in ${SEEDS} seeded runs`, async () => {
    expect(await runs(memoryObjects(), SEEDS)).toEqual([]);
  });

  itWith(emulators, `keeps the invariants on S3 too, in ${SEEDS} seeded runs`, async () => {
    const emulator = await startEmulator('ministack');
    try {
      const client = { ...emulator.client, forcePathStyle: true };
      await new S3Client(client).send(new CreateBucketCommand({ Bucket: 'artifacts' }));
      expect(await runs(createObjectStore({ bucket: 'artifacts', client }), SEEDS)).toEqual([]);
    } finally {
      await emulator.stop();
    }
  });

  it('breaks the invariants when a lost update is planted', async () => {
    const careless = memoryObjects();
    const { tryPut } = careless;
    // The store forgets what was to be replaced: two writers at once lose one update.
    careless.tryPut = (key, bytes) =>
      tryPut(key, bytes, { kind: 'absent' }).then(async (first) => {
        if (first.outcome === 'written') return first;
        await careless.write(key, [bytes]);
        return { outcome: 'written', version: (await careless.get(key))?.version ?? '' };
      });
    expect((await runs(careless, 200)).join('\n')).toMatch(/seed \d+, event \d+: a change was lost/);
  });
});
