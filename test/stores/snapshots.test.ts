import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../lambdas/stores/json.ts';
import type { LabelledRows, SnapshotContent } from '../../lambdas/stores/snapshots.ts';
import { readSnapshot, writeSnapshot } from '../../lambdas/stores/snapshots.ts';
import { candidateOf } from '../register/facts.ts';
import { crashing, memoryObjects, virtualClock } from './crash.ts';

const rowsOf = (labels: number[], ...columns: number[][]): LabelledRows => ({
  labels: Float64Array.from(labels),
  matrix: {
    rows: labels.length,
    names: columns.map((_, column) => `f${column}`),
    columns: columns.map((values) => Float32Array.from(values)),
  },
});

const { features } = candidateOf();

const snapshotOf = (changes: Partial<SnapshotContent> = {}): SnapshotContent => ({
  train: rowsOf([1, 0], [0.1, Number.NaN], [-3, 1e-20]),
  holdout: rowsOf([1], [5], [0]),
  features,
  ...changes,
});

const createStorage = () => ({ objects: memoryObjects(), clock: virtualClock() });

describe('a training snapshot', () => {
  it('writes the label first, no header, and nothing where a value is missing', async () => {
    const storage = createStorage();
    await writeSnapshot(storage, 'snap-1', snapshotOf());
    const text = (name: string) =>
      gunzipSync(storage.objects.files.get(`snapshots/snap-1/${name}`) ?? '').toString();
    expect(text('train.csv.gz')).toMatch(/^1,0\.1,-3\n0,,1e-20\n$/i);
    expect(text('holdout.csv.gz')).toBe('1,5,0\n');
    const columns = new TextDecoder().decode(storage.objects.files.get('snapshots/snap-1/columns.json'));
    expect(JSON.parse(columns)).toEqual({ schemaVersion: 1, columns: ['label', 'f0', 'f1'] });
  });

  it('reads the same float32 numbers back, however many rows', async () => {
    const storage = createStorage();
    const values = Float32Array.from({ length: 2500 }, (_, row) => Math.fround(Math.sqrt(row) / 7 - 3));
    await writeSnapshot(
      storage,
      'snap-1',
      snapshotOf({ train: rowsOf(new Array(2500).fill(0), [...values]) }),
    );
    const text = gunzipSync(storage.objects.files.get('snapshots/snap-1/train.csv.gz') ?? '').toString();
    const read = text
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split(',')[1]));
    expect(Float32Array.from(read)).toEqual(values);
  });

  it('has a manifest with the rows and the sha256 of the uncompressed bytes', async () => {
    const storage = createStorage();
    expect(await readSnapshot(storage, 'snap-1')).toBeUndefined();
    const snapshot = await writeSnapshot(storage, 'snap-1', snapshotOf());
    expect(await readSnapshot(storage, 'snap-1')).toEqual(snapshot);
    expect(snapshot.manifest).toMatchObject({
      id: 'snap-1',
      train: { rows: 2 },
      holdout: { rows: 1, bytes: 6, sha256: sha256('1,5,0\n') },
      featuresSha256: sha256(storage.objects.files.get('snapshots/snap-1/features.json') ?? ''),
    });
    expect(snapshot.sha256).toBe(sha256(storage.objects.files.get('snapshots/snap-1/_manifest.json') ?? ''));
  });

  it('keeps the key of each row beside the rows, whatever is in a key', async () => {
    const storage = createStorage();
    const keys = { train: ['client-1', 'a\n"b",c'], holdout: ['é'] };
    const { manifest } = await writeSnapshot(storage, 'snap-1', snapshotOf({ keys }));
    const lines = gunzipSync(storage.objects.files.get('snapshots/snap-1/train.keys.gz') ?? '').toString();
    expect(lines).toBe('"client-1"\n"a\\n\\"b\\",c"\n');
    expect(manifest.train.keysSha256).toBe(sha256(lines));
    expect(manifest.holdout.keysSha256).toBe(sha256('"é"\n'));
  });

  it('finds a snapshot only when it is whole, and writes a repeated one alike', async () => {
    const expected = await writeSnapshot(createStorage(), 'snap-1', snapshotOf());
    for (let at = 0; ; at++) {
      const storage = createStorage();
      const mortal = { ...storage, objects: crashing(storage.objects, { calls: 0 }, { at, when: 'before' }) };
      const died = await writeSnapshot(mortal, 'snap-1', snapshotOf()).then(
        () => false,
        () => true,
      );
      if (died) expect(await readSnapshot(storage, 'snap-1')).toBeUndefined();
      expect(await writeSnapshot(storage, 'snap-1', snapshotOf())).toEqual(expected);
      if (!died) break;
    }
  });

  it('refuses another snapshot under the same id', async () => {
    const storage = createStorage();
    await writeSnapshot(storage, 'snap-1', snapshotOf());
    await expect(
      writeSnapshot(storage, 'snap-1', snapshotOf({ holdout: rowsOf([0], [5], [0]) })),
    ).rejects.toMatchObject({
      code: 'snapshot/changed',
    });
  });
});
