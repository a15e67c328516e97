import { expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { runGroundTruth } from '../../lambdas/ground-truth/ground-truth.ts';
import { pseudonym } from '../../lambdas/stores/predictions.ts';
import { readTruth, writeTruth } from '../../lambdas/stores/truth.ts';
import { CONFIG, createWorld, DAY, rowsOf, START } from '../release/world.ts';
import { tempDir } from '../support/temp-dir.ts';

const MINUTE = 60_000;

it('collects the known outcomes of events in the window, by id', async () => {
  const world = createWorld(createObjectStore(tempDir()));
  const label = (row: number) => (row === 3 ? undefined : row % 2 === 0 ? 'yes' : 'no');
  await world.ingest(rowsOf(10, { from: START, label }));
  world.clock.set(START + DAY);
  const window = { from: START + 2 * MINUTE, to: START + 6 * MINUTE };
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'r1', ...window })).toBe(3);
  expect([...(await readTruth(world, { from: 0, to: START + DAY })).values()]).toEqual([
    { id: 'c2', at: START + 2 * MINUTE, label: 1 },
    { id: 'c4', at: START + 4 * MINUTE, label: 1 },
    { id: 'c5', at: START + 5 * MINUTE, label: 0 },
  ]);
});

it('finds an outcome that came late in a later run, and takes the last one read', async () => {
  const world = createWorld(createObjectStore(tempDir()));
  const window = { from: START, to: START + DAY };
  await world.ingest(rowsOf(2, { from: START, label: (row) => (row === 0 ? 'no' : undefined) }), 'run-1');
  world.clock.set(START + DAY);
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'z', ...window })).toBe(1);
  await world.ingest(rowsOf(2, { from: START, label: () => 'yes' }), 'run-2');
  world.clock.set(START + DAY + 1);
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'a', ...window })).toBe(2);
  const truth = await readTruth(world, window);
  expect([...truth].map(([id, { label }]) => [id, label])).toEqual([
    ['c0', 1],
    ['c1', 1],
  ]);
});

it('delivered twice finds the same', async () => {
  const world = createWorld(createObjectStore(tempDir()));
  const window = { from: START, to: START + DAY };
  await world.ingest(rowsOf(5, { from: START }));
  world.clock.set(START + DAY);
  await runGroundTruth(world.ports, CONFIG, { runId: 'r', ...window });
  const once = await readTruth(world, window);
  world.clock.set(START + 2 * DAY);
  await runGroundTruth(world.ports, CONFIG, { runId: 'r', ...window });
  expect(await readTruth(world, window)).toEqual(once);
});

it('writes no value into a log line', async () => {
  const world = createWorld();
  await world.ingest(rowsOf(5, { from: START, job: () => 'CANARY-PII-3' }));
  await runGroundTruth(world.ports, CONFIG, { runId: 'r', from: START, to: START + DAY });
  expect(world.log).toEqual([JSON.stringify({ event: 'ground-truth.done', runId: 'r', outcomes: 5 })]);
});

it('keeps outcomes under the pseudonyms of the scoring service', async () => {
  const world = createWorld();
  await world.ingest(rowsOf(1, { from: START }));
  const window = { from: START, to: START + DAY };
  await runGroundTruth(world.ports, CONFIG, { runId: 'r', ...window, secret: 's3cret' });
  expect([...(await readTruth(world, window)).keys()]).toEqual([pseudonym('c0', 's3cret')]);
});

it('leaves out an id with two events in the window, for it cannot be told which was predicted', async () => {
  const world = createWorld();
  const outcome = (id: string, at: number) => ({ id, at, label: 1 });
  await writeTruth(world, 'r', START + DAY, [
    outcome('a', START),
    outcome('a', START + 1),
    outcome('b', START),
  ]);
  expect([...(await readTruth(world, { from: START, to: START + DAY })).keys()]).toEqual(['b']);
  expect([...(await readTruth(world, { from: START + 1, to: START + DAY })).keys()]).toEqual(['a']);
});
