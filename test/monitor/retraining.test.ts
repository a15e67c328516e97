import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { DriftVerdict } from '../../lambdas/core/drift/episode.ts';
import { decideRetraining } from '../../lambdas/monitor/retraining.ts';
import { type WindowReport, writeReport } from '../../lambdas/stores/drift-reports.ts';
import { CONFIG, createWorld, DAY, START, type TestWorld } from '../release/release-fixture.ts';

interface Told {
  readonly version?: number;
  readonly features?: readonly string[];
  readonly metrics?: Readonly<Record<string, number>>;
  /** Half the width of their intervals. */
  readonly half?: number;
}

/** The report of the n-th week. */
function report(
  week: number,
  verdict: DriftVerdict,
  { version = 1, features = ['age'], metrics, half = 0.001 }: Told = {},
): WindowReport {
  const alerts = (verdict === 'drifted' ? features : []).map((name) => ({
    name,
    kind: 'numeric' as const,
    verdict: 'alert' as const,
    causes: ['distribution' as const],
    statistic: 'psi' as const,
    threshold: 0.25,
    measure: { value: 1, pValue: 0 },
    measures: {},
    unseenShare: 0,
    unseenShareReference: 0,
    missingShare: 0,
    missingShareReference: 0,
  }));
  const estimates = Object.entries(metrics ?? {}).map(([name, value]) => [
    name,
    { value, low: value - half, high: value + half },
  ]);
  return {
    schemaVersion: 1,
    model: 'bank-marketing',
    version,
    window: { from: START + (week - 1) * 7 * DAY, to: START + week * 7 * DAY },
    drift: { rows: 500, verdict, features: alerts, score: null, label: null, correlations: [] },
    performance: metrics === undefined ? null : { outcomes: 500, metrics: Object.fromEntries(estimates) },
    answers: { ok: 500, invalid: 0, error: 0 },
  };
}

/** Version 1 was trained at START; the reports are written and it is the end of the newest window. */
async function worldWith(reports: readonly WindowReport[], world?: TestWorld): Promise<TestWorld> {
  const ready = world ?? createWorld();
  if (world === undefined) await ready.register();
  for (const one of reports) await writeReport(ready, one);
  ready.clock.set(reports.at(-1)?.window.to ?? START);
  return ready;
}

const decide = async (reports: readonly WindowReport[], config = CONFIG, world?: TestWorld) =>
  decideRetraining((await worldWith(reports, world)).ports, config, reports.at(-1) as WindowReport);

const on = (rule: ModelConfig['retraining']['on']): ModelConfig => ({
  ...CONFIG,
  retraining: { ...CONFIG.retraining, on: rule },
});

describe('retraining on drift', () => {
  it('starts when 2 of the last 3 windows drifted, with the numbers and the names', async () => {
    expect(
      await decide([
        report(1, 'drifted'),
        report(2, 'stable'),
        report(3, 'drifted', { features: ['age', 'job'] }),
      ]),
    ).toEqual({
      trigger: 'drift',
      reason: '2 of the last 3 windows drifted: age psi 1.00 > 0.25, job psi 1.00 > 0.25',
    });
  });

  it('names the features that drifted last, even where the newest window was stable', async () => {
    const call = await decide([
      report(1, 'drifted'),
      report(2, 'drifted', { features: [] }),
      report(3, 'stable'),
    ]);
    expect(call?.reason).toBe('2 of the last 3 windows drifted: the scores');
  });

  it.each([
    ['one window drifted', ['drifted']],
    ['the two are too far apart', ['drifted', 'stable', 'stable', 'drifted']],
    ['none has enough rows', ['insufficient', 'insufficient']],
  ] as const)('does not start when %s', async (_, verdicts) => {
    expect(await decide(verdicts.map((verdict, i) => report(i + 1, verdict)))).toBeNull();
  });

  it('ignores windows without enough rows', async () => {
    const verdicts = ['drifted', 'insufficient', 'insufficient', 'insufficient', 'drifted'] as const;
    expect(await decide(verdicts.map((verdict, i) => report(i + 1, verdict)))).not.toBeNull();
  });

  it('ignores windows of other versions', async () => {
    const other = { version: 2 };
    expect(
      await decide([report(1, 'drifted', other), report(2, 'drifted', other), report(3, 'drifted')]),
    ).toBeNull();
  });

  it('waits while the last training is too recent', async () => {
    const world = await worldWith([report(1, 'drifted'), report(2, 'drifted')]);
    const newest = report(2, 'drifted');
    const cooling = { ...CONFIG, retraining: { ...CONFIG.retraining, coolDownDays: 15 } };
    expect(await decideRetraining(world.ports, cooling, newest)).toBeNull();
    world.clock.set(START + 15 * DAY);
    expect(await decideRetraining(world.ports, cooling, newest)).not.toBeNull();
  });

  it('starts once per episode: windows from before the last training do not count again', async () => {
    const episode = [report(1, 'drifted'), report(2, 'drifted')];
    const world = await worldWith(episode);
    expect(await decideRetraining(world.ports, CONFIG, report(2, 'drifted'))).not.toBeNull();
    await world.register(); // version 2 was trained for it, and rolled back: version 1 serves again
    expect(await decide([...episode, report(3, 'drifted')], CONFIG, world)).toBeNull();
    expect(await decide([report(3, 'drifted'), report(4, 'drifted')], CONFIG, world)).not.toBeNull();
  });

  it('does not start where the blueprint does not ask for it', async () => {
    expect(await decide([report(1, 'drifted'), report(2, 'drifted')], on({ drift: false }))).toBeNull();
  });

  it('starts for a report of a version that is not registered', async () => {
    const reports = [report(1, 'drifted'), report(2, 'drifted')];
    const world = createWorld();
    expect(await decide(reports, CONFIG, world)).toMatchObject({ trigger: 'drift' });
  });
});

describe('retraining on lost performance', () => {
  const auc = on({ drift: true, performance: { metric: 'auc', dropBy: 0.05 } });
  const logLoss = on({ drift: false, performance: { metric: 'log-loss', dropBy: 0.1 } });

  it('starts when a metric of benefit fell by more than is allowed', async () => {
    expect(await decide([report(1, 'stable', { metrics: { auc: 0.92 } })], auc)).toEqual({
      trigger: 'performance',
      reason: 'auc is 0.070 worse than on the holdout, at least 0.058 with 99 % certainty, 0.05 is allowed',
    });
    expect(await decide([report(1, 'stable', { metrics: { auc: 0.95 } })], auc)).toBeNull();
  });

  it('starts when a metric of error rose, even if it is not the primary one', async () => {
    const call = await decide([report(1, 'stable', { metrics: { 'log-loss': 0.33 } })], logLoss);
    expect(call?.reason).toBe(
      'log-loss is 0.130 worse than on the holdout, at least 0.118 with 99 % certainty, 0.1 is allowed',
    );
    expect(await decide([report(1, 'stable', { metrics: { 'log-loss': 0.1 } })], logLoss)).toBeNull();
  });

  it('does not start while the loss is within the uncertainty of window and holdout', async () => {
    expect(await decide([report(1, 'stable', { metrics: { auc: 0.92 }, half: 0.05 })], auc)).toBeNull();
    expect(await decide([report(1, 'stable', { metrics: { auc: 0.7 }, half: 0.05 })], auc)).not.toBeNull();
  });

  it('does not start by a metric that has no interval', async () => {
    const unsure = report(1, 'stable', { metrics: { auc: 0.5 } });
    const metrics = { auc: { value: 0.5, low: null, high: null, reason: '3 rows of a class' } };
    expect(await decide([{ ...unsure, performance: { outcomes: 500, metrics } }], auc)).toBeNull();
  });

  it('does not start without enough labels, without the metric, or without a holdout to compare with', async () => {
    expect(await decide([report(1, 'stable')], auc)).toBeNull();
    expect(await decide([report(1, 'stable', { metrics: { brier: 1 } })], auc)).toBeNull();
    const unknown = report(1, 'stable', { version: 9, metrics: { auc: 0.5 } });
    expect(await decide([unknown], auc)).toBeNull();
  });

  it('comes after drift, which gives more reasons', async () => {
    const metrics = { auc: 0.5 };
    const call = await decide([report(1, 'drifted', { metrics }), report(2, 'drifted', { metrics })], auc);
    expect(call?.trigger).toBe('drift');
  });
});
