import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { dueWindow } from '../../lambdas/core/time/windows.ts';
import { runMonitoring } from '../../lambdas/monitor/run-monitoring.ts';
import type { MetricValue } from '../../lambdas/ports/metrics.ts';
import { releaseApproved } from '../../lambdas/release/follow.ts';
import { writeTruth } from '../../lambdas/stores/truth.ts';
import { CONFIG, createWorld, DAY, rowsOf, START, type TestWorld } from '../release/release-fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const WINDOW = { from: START, to: START + 7 * DAY };

const config: ModelConfig = {
  ...CONFIG,
  monitoring: { ...CONFIG.monitoring, consecutive: { n: 1, of: 1 } },
  retraining: { on: { drift: true, performance: { metric: 'auc', dropBy: 0.1 } }, coolDownDays: 0 },
};

async function serving() {
  const world = createWorld(createObjectStore(tempDir()));
  await releaseApproved(world.ports, config, await world.register());
  world.clock.set(WINDOW.to);
  const emitted: [Readonly<Record<string, string>>, Readonly<Record<string, MetricValue>>][] = [];
  const metrics = { emit: (...line: (typeof emitted)[number]) => void emitted.push(line) };
  const requested = () => world.published.filter(({ type }) => type === 'retraining.requested');
  return { world, emitted, requested, ports: { ...world.ports, metrics } };
}

/** Requests like those that training saw, or of much older people. */
async function answer(world: TestWorld, count: number, options: { older?: boolean; at?: number } = {}) {
  const { older = false, at = START + DAY } = options;
  const ages = (rowsOf(1_000).columns.get('age') as { values: Float64Array }).values; // numeric
  await world.answer(1, count, {
    at,
    record: (row) => ({
      id: `${at}-${row}`,
      features: {
        age: older ? 99 : (ages[row % 1_000] ?? null),
        job: row % 3 === 0 ? 'technician' : 'admin',
        noise: (row * 37) % 101,
      },
      score: row % 2 === 1 ? 0.9 : 0.1,
    }),
  });
}

describe('a run of monitoring', () => {
  it('asks for no training and emits no metric before the first release', async () => {
    const world = createWorld();
    const ports = { ...world.ports, metrics: { emit: () => expect.fail('a number was told') } };
    expect(await runMonitoring(ports, config, WINDOW)).toEqual({ report: undefined, call: null });
    expect(world.published).toEqual([]);
  });

  it('emits no metric for a window with too few predictions, because its noise would raise an alarm', async () => {
    const { world, ports, emitted, requested } = await serving();
    await answer(world, 20, { older: true });
    expect((await runMonitoring(ports, config, WINDOW)).report?.drift.verdict).toBe('insufficient');
    expect([emitted, requested()]).toEqual([[], []]);
  });

  it('emits the share of drifted features and the move of the scores, under model and environment', async () => {
    const { world, ports, emitted } = await serving();
    await answer(world, 400, { older: true });
    const { report } = await runMonitoring(ports, config, WINDOW);
    const psi = report?.drift.score?.measure?.value;
    expect(emitted).toEqual([
      [
        { model: 'bank-marketing', environment: 'dev' },
        { driftedShare: [1 / 3, 'None'], scorePsi: [psi, 'None'] },
      ],
    ]);
    expect(psi).toBeGreaterThan(0);
  });

  it('asks for a retraining under one id, however often it checks one window', async () => {
    const { world, ports, requested } = await serving();
    await answer(world, 400, { older: true });
    const { call } = await runMonitoring(ports, config, WINDOW);
    await runMonitoring(ports, config, WINDOW);
    const reason = expect.stringMatching(
      /^1 of the last 1 windows drifted: age shift in sd \d+\.\d\d > 0\.1, the scores share of a value moved by /,
    );
    expect(call).toEqual({ trigger: 'drift', reason });
    expect(new Set(requested().map((event) => JSON.stringify(event)))).toEqual(
      new Set([
        JSON.stringify({
          id: `retraining.requested:1:${WINDOW.to}`,
          type: 'retraining.requested',
          model: 'bank-marketing',
          at: WINDOW.to,
          detail: { trigger: 'drift', reason: call?.reason, version: 1 },
        }),
      ]),
    );
  });

  it('asks for no retraining while nothing changes', async () => {
    const { world, ports, requested } = await serving();
    await answer(world, 400);
    const drifting = { ...config, retraining: { ...config.retraining, on: { drift: false } } };
    expect((await runMonitoring(ports, drifting, WINDOW)).call).toBeNull();
    expect(requested()).toEqual([]);
  });
});

describe('labels with a delay', () => {
  const delayed: ModelConfig = {
    ...config,
    monitoring: { ...config.monitoring, groundTruth: { step: 'rows', delayDays: 30 } },
    retraining: { ...config.retraining, on: { drift: false, performance: { metric: 'auc', dropBy: 0.1 } } },
  };
  const due = dueWindow(delayed.monitoring, WINDOW);
  const outcomes = (at: number, label: (row: number) => number) =>
    Array.from({ length: 400 }, (_, row) => ({ id: `${at}-${row}`, at, label: label(row) }));

  it('compares labels with their predictions from before the window', async () => {
    const { world, ports, requested } = await serving();
    const then = due.from + DAY;
    await answer(world, 400, { at: then });
    await answer(world, 300);
    await writeTruth(
      world,
      'r1',
      WINDOW.to,
      outcomes(then, (row) => (row + 1) % 2),
    ); // always wrong
    const { report, call } = await runMonitoring(ports, delayed, WINDOW, due);
    expect(report?.performance).toMatchObject({ outcomes: 400, metrics: { auc: { value: 0 } } });
    expect(report?.answers).toEqual({ ok: 300, invalid: 0, error: 0 });
    expect(report?.drift.rows).toBe(300);
    expect(call).toMatchObject({ trigger: 'performance' });
    expect(requested()).toHaveLength(1);
  });

  it('does not count labels of younger predictions yet, because only the fast ones are there', async () => {
    const { world, ports } = await serving();
    await answer(world, 400);
    await writeTruth(
      world,
      'r1',
      WINDOW.to,
      outcomes(START + DAY, (row) => row % 2),
    );
    expect((await runMonitoring(ports, delayed, WINDOW, due)).report?.performance).toBeNull();
  });

  it('does not compare labels with a later prediction of the same id', async () => {
    const { world, ports } = await serving();
    const then = due.from + DAY;
    await answer(world, 400, { at: then });
    await world.answer(1, 300, { at: START + DAY, record: (row) => ({ id: `${then}-${row}`, score: 0.5 }) });
    await writeTruth(
      world,
      'r1',
      WINDOW.to,
      outcomes(then, (row) => row % 2),
    );
    const { report } = await runMonitoring(ports, delayed, WINDOW, due);
    expect(report?.performance).toMatchObject({ outcomes: 400, metrics: { auc: { value: 1 } } });
  });

  it('counts each prediction once where the two windows overlap', async () => {
    const { world, ports } = await serving();
    await answer(world, 400);
    await writeTruth(
      world,
      'r1',
      WINDOW.to,
      outcomes(START + DAY, (row) => row % 2),
    );
    const overlapping = { from: WINDOW.from - 3 * DAY, to: WINDOW.to - 3 * DAY };
    const { report } = await runMonitoring(ports, delayed, WINDOW, overlapping);
    expect(report?.answers.ok).toBe(400);
    expect(report?.performance?.outcomes).toBe(400);
  });
});
