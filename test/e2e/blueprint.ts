import { join } from 'node:path';
import { blueprint as bankMarketing } from '../../blueprints/bank-marketing/blueprint.ts';
import { defineBlueprint } from '../../blueprints/index.ts';

/** The default blueprint, watched by the minute instead of the month; what a version learns is unchanged. */
export const blueprint = defineBlueprint({
  ...bankMarketing,
  training: { ...bankMarketing.training, validation: { thresholds: [{ metric: 'auc', min: 0.5 }] } },
  serving: { ...bankMarketing.serving, release: { strategy: 'auto', watchHours: 48 } },
  monitoring: { ...bankMarketing.monitoring, windowDays: 1, minRows: 200, consecutive: { n: 1, of: 1 } },
  retraining: { on: { drift: true }, coolDownDays: 0 },
  environments: { tier: 'small' }, // no one machine, whose sample has fewer requests
});

/** The file, for what loads blueprints. */
export const e2eBlueprint = join(import.meta.dirname, 'blueprint.ts');
