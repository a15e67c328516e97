import { beforeAll, describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../../blueprints/bank-marketing/blueprint.ts';
import type { Blueprint } from '../../../blueprints/index.ts';
import { alarmOf } from '../../../constructs/azure/alarm-queries.ts';
import * as kql from '../../../constructs/azure/kql.ts';
import {
  EVALUATED_EACH_SEC,
  LONGEST_LOOK_BACK_SEC,
  type LogAlarm,
} from '../../../constructs/azure/log-alarms.ts';
import { rollbackRules, serviceRules } from '../../../constructs/shared/alarm-rules.ts';
import { type LogRow, metricRow, requestRow, runKql } from '../../support/kql-engine.ts';
import { analyseKql } from '../../support/kusto.ts';
import { describeWith, kqlEngine, kusto } from '../../support/tools.ts';
import { exampleAzureConfig } from './example.ts';

const APP = 'bank-marketing-dev-scoring-000000';
const CHAMPION = { model: 'bank-marketing', environment: 'dev', arm: 'champion' } as const;
/** Requests of a day: few, an average service, and a busy one. */
const VOLUMES = [200, 2_000, 500_000] as const;

const withVolume =
  (requestsPerDay: number) =>
  (blueprint: Blueprint): Blueprint => {
    const { watchHours: _, ...release } = blueprint.serving.release; // so that it is long enough
    const online = { byKey: false, ...blueprint.serving.online, requestsPerDay };
    return { ...blueprint, serving: { ...blueprint.serving, online, release } };
  };

async function alarmsAt(requestsPerDay: number): Promise<readonly LogAlarm[]> {
  const config = await exampleAzureConfig('dev', {}, withVolume(requestsPerDay));
  return [...rollbackRules(config), ...serviceRules(config)].flatMap(
    (rule) => alarmOf(rule, config, APP) ?? [],
  );
}

describe('the alarms of the shared rules on Azure', () => {
  it('look back as far as their evaluations are apart, and two days at most', async () => {
    const alarms = (await Promise.all(VOLUMES.map(alarmsAt))).flat();
    expect(alarms.length).toBeGreaterThan(20);
    for (const { seconds = 0 } of alarms) {
      expect(seconds).toBeGreaterThanOrEqual(EVALUATED_EACH_SEC);
      expect(seconds).toBeLessThanOrEqual(LONGEST_LOOK_BACK_SEC);
    }
  });

  it('leave out what the platform answers before the log', async () => {
    const names = (await alarmsAt(2_000)).map(({ name }) => name);
    expect(names).not.toContain('throttles');
    expect(names).toEqual(expect.arrayContaining(['error rate', 'score psi', 'function errors', 'outage']));
  });

  it('leave out the slowest hundredth where two days have too few answers', async () => {
    expect((await alarmsAt(200)).map(({ name }) => name)).not.toContain('latency');
    expect((await alarmsAt(2_000)).map(({ name }) => name)).toContain('latency');
  });
});

describeWith(kusto, "the alarms of the shared rules against the parser of the language's vendor", () => {
  it.each(VOLUMES)('takes the queries at %d requests a day', async (volume) => {
    const alarms = await alarmsAt(volume);
    expect(alarms.flatMap(({ query, seconds = 0 }) => analyseKql(query(seconds)).problems)).toEqual([]);
  });
});

const many = (count: number, row: (index: number) => LogRow): LogRow[] =>
  Array.from({ length: count }, (_, index) => row(index));
const { p99LatencyMs, scorePsi } = bankMarketing.serving.alarms;

/** Rows of an average service, and the alarms that fire on them. */
const WORLDS: Readonly<Record<string, readonly [rows: readonly LogRow[], alarms: readonly string[]]>> = {
  'a healthy hour': [
    [
      ...many(80, (index) => requestRow(index * 40, APP, 200)),
      metricRow(60, { requests: 80, failed: 0 }, CHAMPION),
    ],
    [],
  ],
  'an outage': [many(40, () => requestRow(120, APP, 503)), ['outage', 'server errors']],
  'crashes of the function': [
    many(40, () => requestRow(120, APP, 0, { success: false })),
    ['function errors', 'outage', 'server errors'],
  ],
  'invalid answers of the champion': [
    [metricRow(120, { requests: 400, failed: 390 }, CHAMPION)],
    ['error rate'],
  ],
  'slow answers': [many(310, () => requestRow(120, APP, 200, { ms: p99LatencyMs * 2 })), ['latency']],
  'scores that moved': [[metricRow(120, { scorePsi: scorePsi * 2 }, CHAMPION)], ['score psi']],
  'records that were lost': [[metricRow(120, { recordsLost: 1 }, CHAMPION)], ['records lost']],
};

/** The engine translates each query anew. */
const ENGINE_MS = 120_000;

describeWith(kqlEngine, 'the alarms of the shared rules on rows', () => {
  let fired: Readonly<Record<string, readonly string[]>> = {};
  beforeAll(async () => {
    const alarms = await alarmsAt(2_000);
    const query = kql.alarmRows(
      alarms.map(({ query: make, seconds = 0, ...alarm }) => ({
        ...alarm,
        query: make(seconds),
        todo: alarm.runbook,
      })),
    );
    const results = runKql(Object.values(WORLDS).map(([rows]) => ({ query, rows })));
    fired = Object.fromEntries(
      Object.keys(WORLDS).map((name, index) => [
        name,
        (results[index] ?? []).map(([alarm]) => `${alarm}`).sort(),
      ]),
    );
  }, ENGINE_MS);

  it.each(Object.entries(WORLDS))('fire where they should: %s', (name, [, alarms]) => {
    expect(fired[name]).toEqual(alarms);
  });
});
