import { describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../../blueprints/bank-marketing/blueprint.ts';
import { parseBlueprint } from '../../../blueprints/index.ts';
import { longestGapDays } from '../../../constructs/config/cron.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import { expiringPrefixes } from '../../../constructs/config/retention.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';

type Retention = EnvironmentInput['retention'];
type Declared = typeof bankMarketing;

const resolve = (retention: Retention, change: (declared: Declared) => object = (same) => same) =>
  resolveConfig(
    parseBlueprint({ ...bankMarketing, ...change(bankMarketing) }, 'blueprint'),
    parseEnvironment('local', { retention }),
    'local',
  );

function problemsOf(...args: Parameters<typeof resolve>) {
  try {
    resolve(...args);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

describe('the retention of an environment', () => {
  it('keeps raw rows for weeks and what versions are made of for ever', () => {
    const { retention, model } = resolve(undefined);
    expect(retention).toEqual({
      exports: 35,
      prepared: 14,
      quarantine: 30,
      features: 'forever',
      snapshots: 'forever',
      predictions: 400,
      truth: 400,
      batch: 400,
      reports: 'forever',
    });
    expect(model.featureDays).toBeUndefined();
    expect(resolve({ features: 200 }).model.featureDays).toBe(200);
  });

  // The blueprint learns from 90 days, judges 30 days after 7, and exports and delivers each day.
  it.each<[string, Retention, string, string]>([
    ['the feature store', { features: 90 }, 'training.window of 90 days', "91 or more days, or 'forever'"],
    ['predictions', { predictions: 37 }, 'monitoring.windowDays 30', "38 or more days, or 'forever'"],
    ['outcomes', { truth: 37 }, 'groundTruth.delayDays 7', "38 or more days, or 'forever'"],
    ['exports', { exports: 1 }, 'source.schedule', "2 or more days, or 'forever'"],
    ['batches', { batch: 1 }, 'serving.batch.schedule', "2 or more days, or 'forever'"],
    ['reports', { reports: 60 }, 'monitoring.schedule', '94'],
  ])('refuses to delete %s before they are read', (_, retention, by, allowed) => {
    const [problem, ...more] = problemsOf(retention);
    expect(more).toEqual([]);
    const [[prefix, days] = []] = Object.entries(retention ?? {});
    expect(problem).toMatchObject({
      code: 'environment/retention',
      path: `retention.${prefix}`,
      got: String(days),
      message: expect.stringContaining(by),
      allowed: expect.stringContaining(allowed),
      fix: expect.stringContaining(`retention.${prefix} in stacks/config/local.ts`),
    });
  });

  it('accepts exactly the days that are read', () => {
    expect(problemsOf({ features: 91, predictions: 38, truth: 38, exports: 2, batch: 2 })).toEqual([]);
  });

  it('keeps objects for longer than by default where the model reads older ones', () => {
    const quarterly = ({ source, monitoring }: Declared) => ({
      source: { ...source, schedule: '0 2 1 1,4,7,10 *' },
      monitoring: {
        ...monitoring,
        windowDays: 366,
        groundTruth: { step: 'contacts_of_window', delayDays: 90 },
      },
    });
    expect(problemsOf(undefined, quarterly)).toEqual([]);
    expect(resolve(undefined, quarterly).retention).toMatchObject({
      exports: 93,
      predictions: 457,
      truth: 457,
    });
  });

  it('refuses to delete the feature store of a model that learns from all rows', () => {
    const all = ({ training }: Declared) => ({ training: { ...training, window: { kind: 'all' } } });
    expect(problemsOf({ features: 3_650 }, all)).toMatchObject([
      { path: 'retention.features', allowed: "'forever'", fix: expect.stringContaining("kind: 'days'") },
    ]);
  });

  it('counts the look back of features over time', () => {
    const past = ({ features, serving }: Declared) => ({
      serving: { ...serving, online: { ...serving.online, byKey: true } },
      features: {
        ...features,
        fields: [
          ...features.fields,
          {
            kind: 'rolling',
            name: 'calls_month',
            description: 'd',
            of: 'campaign',
            days: 30,
            statistic: 'count',
          },
        ],
      },
    });
    expect(problemsOf({ features: 120 }, past)).toMatchObject([{ path: 'retention.features', got: '120' }]);
    expect(problemsOf({ features: 121 }, past)).toEqual([]);
  });

  it('ends the parts of every version of the features, and never their list', () => {
    const { retention, model } = resolve({ features: 200 });
    const expiries = expiringPrefixes(retention, {
      ...model,
      features: { ...model.features, version: 2 },
    });
    expect(expiries.filter(({ id }) => id.startsWith('features'))).toEqual([
      { id: 'features-v1', prefix: 'features/bank-marketing/v1/date=', days: 200, rows: true },
      { id: 'features-v2', prefix: 'features/bank-marketing/v2/date=', days: 200, rows: true },
    ]);
  });
});

describe('the longest time between two runs', () => {
  it.each([
    ['0 2 * * *', 1],
    ['rate(12 hours)', 0.5],
    ['rate(3 days)', 3],
    ['0 6 1 * *', 31],
    ['0 6 * * 1', 7],
    ['0 6 * * 1-5', 3],
    ['0 6 * * 7', 7],
    ['0 6 1 1,4,7,10 *', 92],
    ['0 6 1 1 *', 366],
    ['0 6 29 2 *', 1461],
    ['0 6 1 * 1', 7],
  ])('of %s is %d days', (schedule, days) => {
    expect(longestGapDays(schedule)).toBe(days);
  });
});
