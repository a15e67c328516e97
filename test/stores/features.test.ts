import { describe, expect, it } from 'vitest';
import {
  addFeaturePart,
  type FeaturePart,
  featurePartKey,
  readFeatures,
} from '../../lambdas/stores/features.ts';
import { faultyStore, interleavingStore, memoryObjects, virtualClock } from './crash.ts';

const GROUP = { name: 'loans', version: 2 };
const KEY = 'features/loans/v2/_manifest.json';
const partOf = (runId: string): FeaturePart => ({
  runId,
  key: featurePartKey(GROUP, Date.UTC(2026, 1, 3), runId),
  rows: 1,
  columns: ['a'],
  sha256: 'x',
  from: 1,
  to: 1,
});
const storage = (objects = memoryObjects()) => ({ objects, clock: virtualClock() });

describe('the manifest of a feature group', () => {
  it('lists parts in the order of ingestion, each run once', async () => {
    const world = storage();
    expect(await readFeatures(world, GROUP)).toBeUndefined();
    for (const runId of ['b', 'a', 'b', 'c', 'a'])
      await addFeaturePart(world, GROUP, partOf(runId), '2026-02-01T00:00:00Z');
    const manifest = await readFeatures(world, GROUP);
    expect(manifest?.parts.map(({ runId }) => runId)).toEqual(['b', 'a', 'c']);
    expect(manifest?.parts[0]?.key).toBe('features/loans/v2/date=2026-02-03/part-b.csv.gz');
    expect([...world.objects.files.keys()]).toEqual([KEY]);
  });

  it('recognises a run that was ingested long ago', async () => {
    const world = storage();
    const runs = Array.from({ length: 20 }, (_, i) => `run-${i}`);
    for (const runId of [...runs, 'run-0'])
      await addFeaturePart(world, GROUP, partOf(runId), '2026-02-01T00:00:00Z');
    expect((await readFeatures(world, GROUP))?.parts.map(({ runId }) => runId)).toEqual(runs);
  });

  it('loses no part of runs that end at once, though responses are lost', async () => {
    const objects = memoryObjects();
    let turn = 0;
    const order = () => ((turn++ * 7) % 10) / 10;
    const faults = ['none', 'answer-lost', 'busy', 'request-lost', 'none'] as const;
    const lossy = interleavingStore(
      faultyStore(objects, () => faults[turn % faults.length] ?? 'none'),
      order,
    );
    const runs = ['a', 'b', 'c', 'd'];
    await Promise.all(
      runs.map((runId) =>
        addFeaturePart(
          { objects: lossy, clock: virtualClock() },
          GROUP,
          partOf(runId),
          '2026-02-01T00:00:00Z',
        ),
      ),
    );
    const manifest = await readFeatures({ objects }, GROUP);
    expect(manifest?.parts.map(({ runId }) => runId).sort()).toEqual(runs);
  });

  it('fails, retryable, when the result of the write is unknown', async () => {
    const lost = faultyStore(memoryObjects(), () => 'request-lost');
    await expect(
      addFeaturePart({ objects: lost, clock: virtualClock() }, GROUP, partOf('a'), '2026-02-01T00:00:00Z'),
    ).rejects.toMatchObject({ code: 'store/unknown-outcome', retryable: true });
  });

  it.each([[{ schemaVersion: 9 }], [null]])('fails to read the manifest as %j', async (state) => {
    const world = storage();
    const envelope = { schemaVersion: 1, seq: 1, ops: [], state };
    await world.objects.write(KEY, [Buffer.from(JSON.stringify(envelope))]);
    await expect(readFeatures(world, GROUP)).rejects.toMatchObject({ code: 'state/corrupt' });
  });
});
