import { expect, it } from 'vitest';
import { Random } from '../../lambdas/core/numeric/random.ts';
import { configOf, FIELDS, makeRows, memoryPorts } from '../prepare/prepare-fixture.ts';
import { trainOn } from './steps.ts';

const JOB = FIELDS.filter(({ name }) => name === 'job').map((field) => ({ ...field, expect: {} }));
const COIN = Math.LN2;

it.each([
  ['early stopping', { parameters: { rounds: 50, earlyStoppingRounds: 10 } }],
  [
    'a search',
    { training: { search: { trials: 5, space: { maxDepth: [1, 2, 4, 6, 8] } } }, parameters: { rounds: 20 } },
  ],
])('%s finds nothing in a column of noise and a label by coin flip', async (_, changes) => {
  const random = Random.fromSeed(1);
  const rows = makeRows(625).map((row) => ({
    ...row,
    job: `job-${random.below(100)}`,
    y: random.below(2) === 1 ? 'yes' : 'no',
  }));
  const config = configOf({ ...changes, features: { fields: JOB } });
  const { metrics } = await trainOn(memoryPorts(), config, rows);
  expect(metrics['log-loss']?.value).toBeGreaterThan(COIN - 0.01);
});
