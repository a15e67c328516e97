import { describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../../../blueprints/bank-marketing/blueprint.ts';
import { parseBlueprint } from '../../../../blueprints/index.ts';
import { mostRows, mostRowsInTime } from '../../../../constructs/config/limits/volume.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { InvalidInput, type Problem } from '../../../../lambdas/core/errors.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';

const database = {
  host: 'db.internal',
  name: 'crm',
  user: 'reader',
  instance: 'db-ABCDEFGHIJKL01234',
  auth: 'iam',
} as const;

type Window =
  | { readonly kind: 'all' }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'rows'; readonly rows: number };

interface Volume {
  readonly expectedRows: number;
  readonly window: Window;
  readonly schedule?: string;
  readonly rounds?: number;
  readonly trainingMemoryMb?: number;
}

/** The sample of 14 features with another volume: what is refused, and what is warned of. */
function check({
  expectedRows,
  window,
  schedule = '0 2 * * *',
  rounds = 150,
  trainingMemoryMb = 3_008,
}: Volume): {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
} {
  const blueprint = parseBlueprint(
    {
      ...bankMarketing,
      source: { ...bankMarketing.source, expectedRows, schedule },
      training: {
        ...bankMarketing.training,
        window,
        parameters: { ...bankMarketing.training.parameters, rounds },
      },
    },
    'bank-marketing',
  );
  const environment = parseEnvironment('dev', { cloud: { provider: 'aws', trainingMemoryMb }, database });
  try {
    return { problems: [], warnings: resolveConfig(blueprint, environment, 'aws').warnings };
  } catch (error) {
    if (error instanceof InvalidInput) return { problems: error.problems, warnings: [] };
    throw error;
  }
}

const all = { kind: 'all' } as const;
const days = (count: number) => ({ kind: 'days', days: count }) as const;

describe('the volume of a blueprint on AWS', () => {
  it('accepts the sample as it is, without a warning', () => {
    const environment = parseEnvironment('dev', { cloud: { provider: 'aws' }, database });
    expect(resolveConfig(bankMarketing, environment, 'aws').warnings).toEqual([]);
    expect(resolveConfig(bankMarketing, parseEnvironment('local'), 'local').warnings).toEqual([]);
  });

  it('warns of a window without an end, with the day on which memory is exhausted', () => {
    const { problems, warnings } = check({ expectedRows: 50_000, window: all });
    expect(problems).toEqual([]);
    const left = Math.floor(mostRows('window', 14, 3_008) / 50_000);
    // A process of all steps took 2.03 GB for 4 million rows of this blueprint, 500 bytes a row: 3,008 MB last for 120 nights.
    expect(left).toBeGreaterThan(75);
    expect(left).toBeLessThan(130);
    expect(warnings).toMatchObject([
      {
        code: 'aws/training-outgrows',
        path: 'training.window',
        message: expect.stringContaining(`after ${left} days`),
        got: expect.stringContaining("50000 rows of 14 features by source.schedule '0 2 * * *'"),
        allowed: expect.stringContaining('with cloud.trainingMemoryMb 3008'),
        fix: expect.stringContaining('or raise cloud.trainingMemoryMb: 10240 is enough for '),
      },
    ]);
  });

  it('refuses a window without an end that has too many rows within thirty days', () => {
    const { problems } = check({ expectedRows: 4_000_000, window: all });
    expect(problems).toMatchObject([
      {
        code: 'aws/training-outgrows',
        path: 'training.window',
        message: expect.stringContaining('after 1 day these'),
        // The largest memory would be refused too, so it is no advice.
        fix: expect.stringMatching(/^(?!.*raise cloud).*tier large is for more/),
      },
    ]);
    expect(check({ expectedRows: 50_000, window: all, schedule: '0 */2 * * *' }).problems).toMatchObject([
      { code: 'aws/training-outgrows' },
    ]);
  });

  it('treats a window of rows as one without an end, because all rows are read before the newest are taken', () => {
    const { warnings } = check({ expectedRows: 50_000, window: { kind: 'rows', rows: 100_000 } });
    expect(warnings).toMatchObject([
      { code: 'aws/training-outgrows', message: expect.stringContaining('counts rows') },
    ]);
  });

  it('treats a window of days as one without an end where a feature reads the earlier events of its key', () => {
    const lag = {
      kind: 'lag',
      name: 'last_balance',
      description: 'before',
      of: 'balance',
      events: 1,
    } as const;
    const input = {
      ...bankMarketing,
      features: { ...bankMarketing.features, fields: [...bankMarketing.features.fields, lag] },
      serving: { ...bankMarketing.serving, online: { requestsPerDay: 333, byKey: true } },
    };
    const environment = parseEnvironment('dev', { cloud: { provider: 'aws' }, database });
    const { warnings } = resolveConfig(parseBlueprint(input, 'bank-marketing'), environment, 'aws');
    expect(warnings).toMatchObject([
      {
        code: 'aws/training-outgrows',
        message: expect.stringContaining("feature 'last_balance' is computed from earlier events"),
        fix: expect.stringMatching(/^compute it in the query, or raise cloud\.trainingMemoryMb/),
      },
    ]);
  });

  it('says nothing where memory lasts for ten years', () => {
    expect(check({ expectedRows: 333, window: all })).toEqual({ problems: [], warnings: [] });
  });

  it('refuses a window of days that does not fit, with the setting or the days that do', () => {
    const { problems } = check({ expectedRows: 100_000, window: days(90) });
    const most = mostRows('window', 14, 3_008);
    expect(problems).toMatchObject([
      {
        code: 'aws/training-too-large',
        path: 'training.window',
        got: expect.stringContaining('9000000 rows of 14 features'),
        allowed: `at most ${most} rows with cloud.trainingMemoryMb 3008`,
        fix: expect.stringMatching(
          /^set cloud\.trainingMemoryMb to \d{4}, or give it at most \d\d days, or select/,
        ),
      },
    ]);
    const fix = problems[0]?.fix ?? '';
    const trainingMemoryMb = Number(/to (\d+),/.exec(fix)?.[1]);
    const fewer = Number(/at most (\d+) days/.exec(fix)?.[1]);
    expect(check({ expectedRows: 100_000, window: days(90), trainingMemoryMb }).problems).toEqual([]);
    expect(check({ expectedRows: 100_000, window: days(fewer) }).problems).toEqual([]);
    expect(check({ expectedRows: 100_000, window: days(fewer + 1) }).problems).not.toEqual([]);
  });

  it('refuses a run that does not fit whatever the window, and names the largest tier where no setting is enough', () => {
    const { problems } = check({ expectedRows: 100_000_000, window: days(1) });
    expect(problems).toMatchObject([
      {
        code: 'aws/training-too-large',
        path: 'source.expectedRows',
        fix: expect.stringMatching(/^export more often, .*tier large/),
      },
    ]);
  });

  it('refuses rows that fit into memory and not into the time of a function', () => {
    const volume = { expectedRows: 50_000, window: days(120), rounds: 5_000, trainingMemoryMb: 10_240 };
    const { problems } = check(volume);
    expect(problems).toMatchObject([
      {
        code: 'aws/training-too-long',
        path: 'training.window',
        got: expect.stringContaining('6000000 rows of 14 features: runs of 50000 rows'),
        fix: expect.stringContaining('grow fewer trees'),
      },
    ]);
    expect(check({ ...volume, rounds: 150 }).problems).toEqual([]);
  });

  it('lets a training of the rows that were measured take what it took, twice over, and no more than the function has', () => {
    // 97 s for 4 million rows of 14 features on the machine of the bench.
    const most = mostRowsInTime(bankMarketing);
    expect((900 / most) * 4_000_000).toBeGreaterThan(2 * 97);
    expect((900 / most) * 4_000_000).toBeLessThan(3 * 97);
  });
});
