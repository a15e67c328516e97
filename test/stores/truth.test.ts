import { expect, it } from 'vitest';
import { readTruth, writeTruth } from '../../lambdas/stores/truth.ts';
import { memoryObjects } from './crash.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVER = { from: 0, to: START + 99 * DAY };

it('reads labels back as written, of events in the window only', async () => {
  const objects = memoryObjects();
  const outcomes = [-1, 0, 1, DAY - 1, DAY].map((after, i) => ({
    id: `${i}`,
    at: START + after,
    label: i / 2,
  }));
  await writeTruth({ objects }, 'r', START + 9 * DAY, outcomes);
  const read = await readTruth({ objects }, { from: START, to: START + DAY });
  expect(read).toEqual(outcomes.slice(1, 4));
});

it('takes the label that was read last, even within one day', async () => {
  const objects = memoryObjects();
  const written = [
    [START + DAY, 3],
    [START + DAY - 1, 2],
    [START, 1],
  ] as const;
  for (const [readAt, label] of written)
    await writeTruth({ objects }, `run-${9 - label}`, readAt, [{ id: 'a', at: START, label }]);
  expect(await readTruth({ objects }, EVER)).toEqual([{ id: 'a', at: START, label: 3 }]);
});

it('reads no files of days before the window', async () => {
  const objects = memoryObjects();
  await writeTruth({ objects }, 'r', START - DAY, [{ id: 'a', at: START, label: 1 }]);
  expect((await readTruth({ objects }, { from: START, to: START + DAY })).length).toBe(0);
});

it('keeps every event of a repeated id', async () => {
  const objects = memoryObjects();
  const outcomes = [START, START + 0.125, START + DAY].map((at, label) => ({ id: 'a', at, label }));
  await writeTruth({ objects }, 'r', START + DAY, outcomes);
  expect(await readTruth({ objects }, EVER)).toEqual(outcomes);
});

it('reads nothing where nothing was written, and writes an empty file for no labels', async () => {
  const objects = memoryObjects();
  expect((await readTruth({ objects }, EVER)).length).toBe(0);
  await writeTruth({ objects }, 'r', START, []);
  expect((await readTruth({ objects }, EVER)).length).toBe(0);
});

it('keeps many labels, written in several chunks', async () => {
  const objects = memoryObjects();
  const outcomes = Array.from({ length: 10_000 }, (_, i) => ({ id: `k${i}`, at: START, label: i }));
  await writeTruth({ objects }, 'r', START, outcomes);
  expect(await readTruth({ objects }, EVER)).toEqual(outcomes);
});

it('skips a file that its retention removed since it was listed', async () => {
  const objects = memoryObjects();
  await writeTruth({ objects }, 'r', START, [{ id: 'a', at: START, label: 1 }]);
  const gone = { ...objects, get: async () => undefined };
  expect((await readTruth({ objects: gone }, EVER)).length).toBe(0);
});
