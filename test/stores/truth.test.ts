import { expect, it } from 'vitest';
import { readTruth, writeTruth } from '../../lambdas/stores/truth.ts';
import { memoryObjects } from './crash.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVER = { from: 0, to: START + 99 * DAY };

it('reads back what was written, by id, of events in the window only', async () => {
  const objects = memoryObjects();
  const outcomes = [-1, 0, 1, DAY - 1, DAY].map((after, i) => ({
    id: `${i}`,
    at: START + after,
    label: i / 2,
  }));
  await writeTruth({ objects }, 'r', START + 9 * DAY, outcomes);
  const read = await readTruth({ objects }, { from: START, to: START + DAY });
  expect([...read.values()]).toEqual(outcomes.slice(1, 4));
});

it('takes the outcome that was read last, on one day too', async () => {
  const objects = memoryObjects();
  const written = [
    [START + DAY, 3],
    [START + DAY - 1, 2],
    [START, 1],
  ] as const;
  for (const [readAt, label] of written)
    await writeTruth({ objects }, `run-${9 - label}`, readAt, [{ id: 'a', at: START, label }]);
  expect((await readTruth({ objects }, EVER)).get('a')?.label).toBe(3);
});

it('does not look into files of days before the window', async () => {
  const objects = memoryObjects();
  await writeTruth({ objects }, 'r', START - DAY, [{ id: 'a', at: START, label: 1 }]);
  expect((await readTruth({ objects }, { from: START, to: START + DAY })).size).toBe(0);
});

it('knows nothing where nothing was written, and writes an empty file for no outcomes', async () => {
  const objects = memoryObjects();
  expect((await readTruth({ objects }, EVER)).size).toBe(0);
  await writeTruth({ objects }, 'r', START, []);
  expect((await readTruth({ objects }, EVER)).size).toBe(0);
});

it('keeps many outcomes, written in several chunks', async () => {
  const objects = memoryObjects();
  const outcomes = Array.from({ length: 10_000 }, (_, i) => ({ id: `k${i}`, at: START, label: i }));
  await writeTruth({ objects }, 'r', START, outcomes);
  expect([...(await readTruth({ objects }, EVER)).values()]).toEqual(outcomes);
});

it('passes over a file that its retention removed since it was listed', async () => {
  const objects = memoryObjects();
  await writeTruth({ objects }, 'r', START, [{ id: 'a', at: START, label: 1 }]);
  const gone = { ...objects, get: async () => undefined };
  expect((await readTruth({ objects: gone }, EVER)).size).toBe(0);
});
