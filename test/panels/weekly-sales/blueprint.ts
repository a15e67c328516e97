import { defineBlueprint } from '../../../blueprints/index.ts';

/** 811 products, a row each week: every key comes back, and what it sold before says most of what it sells. */
export const blueprint = defineBlueprint({
  schemaVersion: 1,
  name: 'weekly-sales',
  description: 'units of a product in a week',
  owner: 'tests',
  problem: { type: 'regression', label: 'units' },
  source: {
    engine: 'postgres',
    steps: [
      {
        name: 'weeks',
        query: `SELECT product_code, week_of, units FROM sales
                WHERE week_of >= current_setting('mlops.from')::timestamptz
                  AND week_of < current_setting('mlops.to')::timestamptz`,
      },
    ],
    key: 'product_code',
    eventTime: 'week_of',
    sensitive: [],
    schedule: '0 2 * * 1',
    expectedRows: 811,
  },
  features: {
    version: 1,
    fields: [
      { kind: 'lag', name: 'units_1', description: 'units of the last week', of: 'units', events: 1 },
      { kind: 'lag', name: 'units_2', description: 'units of the week before', of: 'units', events: 2 },
      {
        kind: 'rolling',
        name: 'units_4w',
        description: 'mean of four weeks',
        of: 'units',
        days: 28,
        statistic: 'mean',
      },
      {
        kind: 'rolling',
        name: 'units_12w',
        description: 'mean of twelve weeks',
        of: 'units',
        days: 84,
        statistic: 'mean',
      },
    ],
  },
  excluded: {},
  training: {
    algorithm: 'xgboost',
    parameters: { rounds: 100, maxDepth: 4, eta: 0.1, subsample: 1, columnSample: 1 },
    approval: 'automatic',
  },
  serving: {
    online: { requestsPerDay: 811, byKey: true },
    release: { strategy: 'all-at-once' },
  },
  monitoring: {
    windowDays: 28,
    groundTruth: { step: 'weeks', delayDays: 0 },
  },
  retraining: { on: { drift: false, performance: { metric: 'rmse', dropBy: 2 } }, coolDownDays: 1 },
});
