import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRICES } from '../../../../bin/clouds/aws/prices.ts';
import { type Resource, resourcesOf } from '../../../../bin/clouds/aws/resources.ts';
import { awsTools } from '../../../../bin/clouds/aws/tools.ts';
import { EMITTED, EMITTED_IN_TROUBLE } from '../../../../bin/cost/emitted.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { storedGb, type Usage } from '../../../../bin/cost/usage.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const config = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
const priced = (resources: Readonly<Record<string, Resource>>) =>
  costReport(awsTools, config, resourcesOf({ model: { Resources: resources } }));
const cents = (usd: number) => Math.round(usd * 100);

describe('costReport on AWS templates', () => {
  it('lists an unknown type, and adds nothing for it', () => {
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

  it('lists a resource without a confirmed price, with its use in a month', () => {
    const { unpriced, totals } = priced({ Online: { Type: 'AWS::SageMaker::FeatureGroup' } });
    expect(unpriced[0]?.reason).toMatch(/^no confirmed price: .* write units, [\d,]+ read units$/);
    expect(totals.total).toBe(0);
  });

  it('stores predictions for as long as the bucket itself keeps them', () => {
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

  it('stores rows for the days of the bucket, and of their old versions after it', () => {
    const stored = (rules: readonly object[]) => {
      const { lines } = priced({
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules: rules } } },
      });
      return lines.find(({ basis }) => basis.includes('predictions kept'));
    };
    const rule = (Prefix: string, ExpirationInDays: number, NoncurrentDays: number) => ({
      Prefix,
      ExpirationInDays,
      NoncurrentVersionExpiration: { NoncurrentDays },
    });
    const raw = stored([rule('exports/', 35, 7), rule('prepared/', 14, 7)]);
    expect(raw?.basis).toContain('exports 42, prepared 21, features 365, snapshots 365');
    // A run a day of 1,000,000 rows of 8 + 2 values of 8 bytes, a quarter of it gzipped: 0.02 GB a copy and day.
    const usage = { rows: 1e6, values: 8, predictions: 0 } as Usage;
    const days = { exports: 42, prepared: 21, features: 365, snapshots: 365, predictions: 400 };
    expect(storedGb(usage, 365 / 12, days)).toBeCloseTo(0.02 * (42 + 21 + 365 + 365), 9);
  });

  it('charges an alarm on an expression for each metric in it', () => {
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

  it('counts a custom metric once, however many alarms and dashboards use it', () => {
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
  it('lists exactly the metrics that the source files send', () => {
    const sent = ['score', 'probe', 'monitor', 'runtime'].flatMap((folder) =>
      readdirSync(`lambdas/${folder}`)
        .map((file) => readFileSync(`lambdas/${folder}/${file}`, 'utf8'))
        .filter((text) => text.includes('metrics.emit('))
        .flatMap((text) =>
          [...text.matchAll(/(\w+): \[[^\]]*, '(?:Count|Milliseconds|Percent|None)'\]/g)].map(
            ([, name]) => name,
          ),
        ),
    );
    const listed = [...Object.values(EMITTED).flatMap(({ names }) => names), ...EMITTED_IN_TROUBLE];
    expect(sent.sort()).toEqual(listed.sort());
  });
});

describe('the prices of AWS', () => {
  it('has a page for each price, which equals the quote of that page for its units', () => {
    for (const { source, usd, per } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.+pricing\/$/);
      if (usd !== null) expect(usd * per).toBeGreaterThanOrEqual(0.0004);
    }
  });
});
