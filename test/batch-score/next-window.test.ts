import { describe, expect, it } from 'vitest';
import { runBatchScore } from '../../lambdas/batch-score/batch-score.ts';
import { nextBatchWindow } from '../../lambdas/batch-score/next-window.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { readBatch } from '../../lambdas/stores/batches.ts';
import { CONFIG, createWorld, DAY, HOUR, rowsOf, START, type TestWorld } from '../release/release-fixture.ts';

const MINUTE = 60_000;

const config = (windowDays: number): ModelConfig => ({
  ...CONFIG,
  serving: {
    ...CONFIG.serving,
    batch: { schedule: '0 2 * * *', windowDays, output: 'csv', rank: 'none', deliverBy: '06:00' },
  },
});
const DAILY = config(1);

/** A world in which version 1 serves and the feature store has a row a minute from START to `to`. */
async function serving(to = START + DAY): Promise<TestWorld> {
  const world = createWorld();
  await ingest(world, START, to);
  await world.register();
  await runRelease(world.ports, CONFIG, { kind: 'approved', version: 1, changeExpected: false });
  return world;
}

const ingest = (world: TestWorld, from: number, to: number) =>
  world.ingest(rowsOf((to - from) / MINUTE + 1, { from }), `rows-${to}`);

/** What the schedule does at a time; delivered twice. */
async function nightly(world: TestWorld, at: number, model = DAILY) {
  const deliver = async () =>
    runBatchScore(world.ports, model, {
      runId: `batch-${at}`,
      at,
      ...(await nextBatchWindow(world.ports, model, at)),
    });
  const first = await deliver();
  expect(await deliver()).toEqual(first);
  return first;
}

describe('a scheduled batch', () => {
  it('scores the rows of the last days', async () => {
    const world = await serving(START + 4 * DAY);
    expect(await nextBatchWindow(world.ports, DAILY, START + 3 * DAY)).toEqual({
      from: START + 2 * DAY,
      to: START + 3 * DAY,
    });
    expect((await nextBatchWindow(world.ports, config(2), START + 3 * DAY)).from).toBe(START + DAY);
  });

  it('skips no row, though it runs before the export of its last hours', async () => {
    const world = await serving(START + DAY);
    let before = START;
    for (let day = 1; day <= 3; day += 1) {
      // The export of a day is ten hours behind.
      const { window } = await nightly(world, START + day * DAY + 10 * HOUR);
      expect(window).toEqual({ from: before, to: START + day * DAY });
      before = window?.to ?? 0;
      await ingest(world, START + day * DAY, START + (day + 1) * DAY);
    }
  });

  it('makes up for missed nights', async () => {
    const world = await serving(START + 6 * DAY);
    await nightly(world, START + DAY);
    const { window, rows } = await nightly(world, START + 5 * DAY);
    expect(window).toEqual({ from: START + DAY, to: START + 5 * DAY });
    expect(rows).toBe((4 * DAY) / MINUTE);
  });

  it('scores rows again where the blueprint asks for more days than lie between two batches', async () => {
    const world = await serving(START + 6 * DAY);
    await nightly(world, START + 4 * DAY, config(3));
    expect((await nightly(world, START + 5 * DAY, config(3))).window).toEqual({
      from: START + 2 * DAY,
      to: START + 5 * DAY,
    });
  });

  it('keeps its delivery under the day it was due, however much has come when it runs again', async () => {
    const world = await serving(START + 12 * HOUR);
    const at = START + DAY + 2 * HOUR;
    const first = await nightly(world, at);
    await ingest(world, START + 12 * HOUR, START + 2 * DAY);
    expect(await nightly(world, at)).toEqual(first);
    expect(first.key).toBe(`batch/2026-01-06/batch-${at}/scores.csv.gz`);
    expect(await readBatch(world, `batch/2026-01-06/batch-${at}`)).toEqual(first);
  });

  it('continues by its own days after batches without a record of their rows', async () => {
    const world = await serving(START + 6 * DAY);
    const { window: _, ...old } = await nightly(world, START + DAY);
    await world.objects.write('batch/2026-01-07/old/_manifest.json', [Buffer.from(JSON.stringify(old))]);
    expect((await nextBatchWindow(world.ports, DAILY, START + 5 * DAY)).from).toBe(START + 4 * DAY);
  });
});
