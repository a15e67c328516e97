import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMITTED, EMITTED_IN_TROUBLE } from '../../../../bin/clouds/aws/metrics.ts';
import { PRICES } from '../../../../bin/clouds/aws/prices.ts';
import { resourcesOf as locatedIn, type Resource } from '../../../../bin/clouds/aws/resources.ts';
import { runsPerMonth } from '../../../../bin/clouds/aws/schedule-expression.ts';
import { stackNamesOf } from '../../../../bin/clouds/aws/stack-names.ts';
import { aws } from '../../../../bin/clouds/aws/tools.ts';
import type { CostLine, CostReport } from '../../../../bin/cost/document.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { synthesize } from '../../../support/synth.ts';
import { resourcesOf } from '../../../support/template.ts';
import { runMain } from '../../run-main.ts';

const BLUEPRINT = 'blueprints/bank-marketing/blueprint.ts';
const { blueprint } = await loadBlueprint(BLUEPRINT);
const config = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
const priced = (resources: Readonly<Record<string, Resource>>) =>
  costReport(aws, config, locatedIn({ model: { Resources: resources } }));
const cents = (usd: number) => Math.round(usd * 100);
const sum = (lines: readonly CostLine[], field: 'fixed' | 'usage' | 'total') =>
  lines.reduce((total, line) => total + line[field], 0);
const idOf = (one: { readonly stack: string; readonly logicalId: string | null }) =>
  `${one.stack}/${one.logicalId}`;

describe('mlops cost on the templates that are deployed', () => {
  const reports = new Map<string, CostReport>();
  const ids = new Map<string, readonly string[]>();
  beforeAll(async () => {
    for (const env of ['dev', 'prod'] as const) {
      const { code, out } = await runMain(['cost', '--env', env, '--json']);
      expect(code).toBe(0);
      reports.set(env, JSON.parse(out).data);
      ids.set(
        env,
        resourcesOf((await synthesize(env)).stacks).map(({ id }) => id),
      );
    }
  });
  const report = (env: string) => reports.get(env) as CostReport;

  it.each(['dev', 'prod'])(
    'in %s every resource is priced, free with a reason, or named as not priced',
    (env) => {
      const { lines, free, unpriced, resources } = report(env);
      const listed = [
        ...new Set(lines.filter((line) => line.logicalId !== null).map(idOf)),
        ...[...free, ...unpriced].map(idOf),
      ];
      expect(listed.sort()).toEqual([...(ids.get(env) ?? [])].sort());
      expect(resources.total).toBe(resources.priced + resources.free + resources.unpriced);
      expect(unpriced).toEqual([]);
      for (const { reason } of free) expect(reason.length).toBeGreaterThan(5);
    },
  );

  it.each(['dev', 'prod'])('in %s totals, drivers and lines are what quantities times prices give', (env) => {
    const { lines, totals, drivers } = report(env);
    const components = new Map<string, number>();
    for (const { quantity, unitPrice, fixed, usage, total, component } of lines) {
      expect(Number.isFinite(quantity) && quantity >= 0).toBe(true);
      expect(total).toBeCloseTo(quantity * unitPrice, 9);
      expect(fixed + usage).toBe(total);
      expect(fixed === 0 || usage === 0).toBe(true);
      components.set(component, (components.get(component) ?? 0) + quantity * unitPrice);
    }
    expect(totals.total).toBeCloseTo(
      [...components.values()].reduce((a, b) => a + b, 0),
      9,
    );
    expect(totals.fixed).toBeCloseTo(sum(lines, 'fixed'), 9);
    expect(totals.usage).toBeCloseTo(sum(lines, 'usage'), 9);
    const dearest = [...components].sort((a, b) => b[1] - a[1]).slice(0, 3);
    expect(drivers.map(({ component }) => component)).toEqual(dearest.map(([component]) => component));
  });

  it('dev stays at or below 5 USD a month before anything is used', () => {
    expect(report('dev').totals.fixed).toBeLessThanOrEqual(5);
    expect(report('dev').totals.fixed).toBeGreaterThan(1); // metrics, alarms and a secret are never free
  });

  it('prod pays for a key and a dashboard beside what dev pays for', () => {
    const more = report('prod').totals.fixed - report('dev').totals.fixed;
    expect(cents(more)).toBeGreaterThanOrEqual(cents(4));
    expect(
      report('prod')
        .lines.filter(({ type }) => /Dashboard|KMS/.test(type))
        .map((line) => cents(line.fixed)),
    ).toEqual(expect.arrayContaining([300, 100]));
  });

  it('the tick of each minute is 43,800 starts a month, and a data run each night visits its states', () => {
    const { lines } = report('dev');
    const tick = lines.find(({ resource }) => resource.startsWith('Tick'));
    expect(tick?.quantity).toBeCloseTo(43_800, 6);
    const states = lines.find(
      ({ component, unit }) => component === 'TrainingPipeline' && unit === 'transition',
    );
    // 365/12 data runs of 6 states, and one training of 9 states in each 60 days.
    expect(states?.quantity).toBeCloseTo((365 / 12) * 6 + (365 / 12 / 60) * 9, 6);
  });

  it('the next thousand predictions and the next training cost something, and less than a whole month', () => {
    const { perThousandPredictions, perRetraining, totals } = report('dev');
    for (const one of [perThousandPredictions, perRetraining]) {
      expect(one).toBeGreaterThan(0);
      expect(one).toBeLessThan(totals.total);
    }
  });

  it('the stacks have the names that other commands look for', async () => {
    const { folder } = await synthesize('dev');
    const names = readdirSync(folder).filter((file) => file.endsWith('.assets.json'));
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const stacks = Object.values<{ type: string; properties: { stackName?: string } }>(artifacts)
      .filter(({ type }) => type === 'aws:cloudformation:stack')
      .map(({ properties }) => properties.stackName);
    expect(names).toHaveLength(2);
    expect(stacks.sort()).toEqual([...stackNamesOf(config)].sort());
  });
});

describe('costReport', () => {
  it('lists a type that it does not know, and adds nothing for it', () => {
    const { unpriced, totals, resources } = priced({ Database: { Type: 'AWS::RDS::DBInstance' } });
    expect(unpriced).toEqual([
      {
        stack: 'model',
        logicalId: 'Database',
        type: 'AWS::RDS::DBInstance',
        reason: 'this type has no price here',
      },
    ]);
    expect([totals.total, resources.unpriced]).toEqual([0, 1]);
  });

  it('lists a resource whose price could not be confirmed, with what a month needs of it', () => {
    const { unpriced, totals } = priced({ Online: { Type: 'AWS::SageMaker::FeatureGroup' } });
    expect(unpriced[0]?.reason).toMatch(/^no confirmed price: .* write units, [\d,]+ read units$/);
    expect(totals.total).toBe(0);
  });

  it('stores predictions for as long as the bucket itself says', () => {
    const stored = (days?: number) => {
      const rules = days === undefined ? [] : [{ Prefix: 'predictions/', ExpirationInDays: days }];
      const { lines } = priced({
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules: rules } } },
      });
      return lines.find(({ basis }) => basis.includes('predictions kept'));
    };
    const quantity = (days?: number) => stored(days)?.quantity ?? Number.NaN;
    expect(quantity(400) - quantity(300)).toBeCloseTo(quantity(200) - quantity(100), 12);
    expect(quantity(200)).toBeGreaterThan(quantity(100));
    expect(stored(30)?.basis).toContain('kept for 30 days');
    expect(stored()?.basis).toContain('kept for good');
    expect(quantity()).toBe(quantity(365));
  });

  it('an alarm on an expression pays for each metric in it', () => {
    const metric = (MetricName: string) => ({ MetricStat: { Metric: { Namespace: 'Own', MetricName } } });
    const { totals } = priced({
      One: { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'Own', MetricName: 'a' } },
      Two: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Metrics: [{ Expression: 'a / b' }, metric('a'), metric('b')] },
      },
    });
    expect(cents(totals.fixed)).toBe(30);
  });

  it('counts a custom metric once, however many alarms and dashboards look at it', () => {
    const Dimensions = [{ Name: 'model', Value: 'm' }];
    const alarm = {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Namespace: 'Mlops', MetricName: 'x', Dimensions },
    };
    const body =
      '{"widgets":[{"properties":{"metrics":[["Mlops","x","model","m",{"stat":"Sum"}],["Mlops","y","model","m"]]}}]}';
    const { lines } = priced({
      A: alarm,
      B: alarm,
      C: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: body } },
    });
    expect(lines.find(({ logicalId }) => logicalId === null)?.quantity).toBe(2);
  });
});

describe('the metrics that functions send', () => {
  it('are those of the list, by the sources', () => {
    const sent = ['score', 'monitor'].flatMap((folder) =>
      readdirSync(`lambdas/${folder}`)
        .map((file) => readFileSync(`lambdas/${folder}/${file}`, 'utf8'))
        .filter((text) => text.includes('metrics.emit('))
        .flatMap((text) =>
          [...text.matchAll(/(\w+): \[[^\]]*, '(?:Count|Milliseconds|None)'\]/g)].map(([, name]) => name),
        ),
    );
    const listed = [...Object.values(EMITTED).flatMap(({ names }) => names), ...EMITTED_IN_TROUBLE];
    expect(sent.sort()).toEqual(listed.sort());
  });
});

describe('prices', () => {
  it('each has a page, and is what that page quotes for its units', () => {
    for (const { source, usd, per } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.+pricing\/$/);
      if (usd !== null) expect(usd * per).toBeGreaterThanOrEqual(0.0004);
    }
  });
});

describe('runsPerMonth', () => {
  const DAYS = 365 / 12;
  it.each([
    ['rate(1 minute)', DAYS * 1440],
    ['rate(12 hours)', DAYS * 2],
    ['rate(7 days)', DAYS / 7],
    ['cron(0 2 * * ? *)', DAYS],
    ['cron(0 6 1 * ? *)', 1],
    ['cron(*/15 8-17 ? * MON-FRI *)', 4 * 10 * ((5 * DAYS) / 7)],
    ['cron(0 0 1,15 * ? *)', 2],
    ['cron(0 0 L * ? *)', 1],
    ['cron(0 3 ? * 2#1 *)', 1],
    ['cron(0 3 1 1/3 ? *)', 4 / 12],
    ['cron(0 3 1 JAN,JUL ? *)', 2 / 12],
  ])('%s', (expression, expected) => expect(runsPerMonth(expression)).toBeCloseTo(expected, 9));

  it.each(['at(2026-11-26T00:00:00)', 'cron(0 2 * *)', 'cron(61 2 * * ? *)', 'rate(1 week)', ''])(
    'knows nothing of %s',
    (expression) => expect(runsPerMonth(expression)).toBeUndefined(),
  );
});

describe('the command line of cost', () => {
  it('fits a page of 100 columns, and says what its numbers rest on', async () => {
    const { code, out } = await runMain(['cost']);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toMatch(/\d+ of \d+ resources priced, \d+ free of charge, 0 not priced/);
    expect(out).toContain('list prices of us-east-1, looked up 2026-11-26');
    expect(out).toContain('nothing is taken off for free tiers');
    expect(out).not.toContain('\u001b');
  });

  it('shows every line with --all, and where each number comes from on a wide terminal', async () => {
    const { out } = await runMain(['cost', '--all', '--no-color'], { columns: 160, isTTY: true });
    expect(out).toContain('rate(1 minute)');
    expect(out).not.toContain('below a cent');
  });

  it('ends with 2 when a month costs more than --budget', async () => {
    const { code, out } = await runMain(['cost', '--budget', '1', '--json']);
    const document = JSON.parse(out);
    expect([code, document.ok, document.exitCode]).toEqual([2, false, 2]);
    expect(document.diagnostics[0].code).toBe('cost/over-budget');
    expect(document.data.totals.total).toBeGreaterThan(1);
  });

  it.each([
    [['--env', 'test'], '--env'],
    [['--cloud', 'gcp'], 'gcp'],
    [['--budget', 'much'], '--budget'],
    [['nobody'], 'nobody'],
  ])('refuses %j', async (args, named) => {
    const { code, err } = await runMain(['cost', ...args]);
    expect(code).toBe(3);
    expect(err).toContain(named);
  });
});
