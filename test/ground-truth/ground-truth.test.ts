import { expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { runGroundTruth } from '../../lambdas/ground-truth/ground-truth.ts';
import { pseudonym } from '../../lambdas/stores/pseudonym.ts';
import { readTruth } from '../../lambdas/stores/truth.ts';
import { CONFIG, createWorld, DAY, rowsOf, START } from '../release/release-fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const MINUTE = 60_000;

it('collects the known labels of events in the window, by id', async () => {
  const world = createWorld(createObjectStore(tempDir()));
  const label = (row: number) => (row === 3 ? undefined : row % 2 === 0 ? 'yes' : 'no');
  await world.ingest(rowsOf(10, { from: START, label }));
  world.clock.set(START + DAY);
  const window = { from: START + 2 * MINUTE, to: START + 6 * MINUTE };
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'r1', ...window })).toBe(3);
  expect(await readTruth(world, { from: 0, to: START + DAY })).toEqual([
    { id: 'c2', at: START + 2 * MINUTE, label: 1 },
    { id: 'c4', at: START + 4 * MINUTE, label: 1 },
    { id: 'c5', at: START + 5 * MINUTE, label: 0 },
  ]);
});

it('finds a late label in a later run, and takes the last one read', async () => {
  const world = createWorld(createObjectStore(tempDir()));
  const window = { from: START, to: START + DAY };
  await world.ingest(rowsOf(2, { from: START, label: (row) => (row === 0 ? 'no' : undefined) }), 'run-1');
  world.clock.set(START + DAY);
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'z', ...window })).toBe(1);
  await world.ingest(rowsOf(2, { from: START, label: () => 'yes' }), 'run-2');
  world.clock.set(START + DAY + 1);
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'a', ...window })).toBe(2);
  const truth = await readTruth(world, window);
  expect(truth.map(({ id, label }) => [id, label])).toEqual([
    ['c0', 1],
    ['c1', 1],
  ]);
});

it('finds the same labels when it runs twice', async () => {
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

it('keeps labels under the pseudonyms of the scoring service', async () => {
  const world = createWorld();
  await world.ingest(rowsOf(1, { from: START }));
  const window = { from: START, to: START + DAY };
  await runGroundTruth(world.ports, CONFIG, { runId: 'r', ...window, secret: 's3cret' });
  expect((await readTruth(world, window)).map(({ id }) => id)).toEqual([pseudonym('c0', 's3cret')]);
});

it('collects the labels of earlier events that were predicted in the window, and of no other earlier ones', async () => {
  const world = createWorld();
  await world.register({});
  await world.ingest(rowsOf(10, { from: START })); // c0, c1 … a minute apart
  const window = { from: START + 2 * DAY, to: START + 3 * DAY };
  const eventOf = (row: number, delay = 0) => ({ id: `c${row}`, eventTime: START + row * MINUTE + delay });
  await world.answer(1, 3, {
    at: window.from,
    record: (row) => [eventOf(2), eventOf(5), eventOf(7, 1)][row] ?? {}, // the last is of no event that is stored
  });
  await world.answer(1, 1, { at: window.to, record: () => eventOf(8) }); // of the next window
  world.clock.set(window.to);
  expect(await runGroundTruth(world.ports, CONFIG, { runId: 'r', ...window })).toBe(2);
  expect((await readTruth(world, { from: START, to: window.to })).map(({ id }) => id)).toEqual(['c2', 'c5']);
});
