import { describe, expect, it } from 'vitest';
import { alertCount } from '../../../../bin/clouds/gcp/alerts.ts';
import { storedDaysOf } from '../../../../bin/clouds/gcp/lifecycle.ts';
import { GCP_PRICES } from '../../../../bin/clouds/gcp/prices.ts';
import { terraformResources } from '../../../../bin/clouds/gcp/resources.ts';
import { gcpCostTools } from '../../../../bin/clouds/gcp/tools.ts';
import { stepsOfRun } from '../../../../bin/clouds/gcp/workflow-count.ts';
import type { TerraformStacks } from '../../../../bin/clouds/terraform.ts';
import type { Price } from '../../../../bin/cost/charge.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { costText } from '../../../../bin/cost/text.ts';
import { pageOf } from '../../../../bin/page.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../../constructs/config/schema.ts';
import {
  compileMonitorWorkflow,
  compileTrainingWorkflow,
} from '../../../../constructs/gcp/compile-workflow.ts';
import { FUNCTIONS } from '../../../../lambdas/functions.ts';
import { loadEnvironment } from '../../../../stacks/config/load.ts';
import { interpretWorkflow, URLS } from '../../../workflow/run-workflow.ts';
import { DATA_STACK, MODEL_STACK } from './stack.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const configIn = async (name: string, given: Partial<EnvironmentInput> = {}) =>
  resolveConfig(blueprint, await loadEnvironment(name, 'gcp', given), 'gcp');
const config = await configIn('dev');
const priced = (stacks: TerraformStacks) => costReport(gcpCostTools, config, terraformResources(stacks));
const STACKS = { data: DATA_STACK, model: MODEL_STACK };
const report = priced(STACKS);
const linesOf = (address: string) => report.lines.filter(({ logicalId }) => logicalId === address);

describe('terraformResources', () => {
  it('gives each its address, its component, and the function of its archive', () => {
    const resources = terraformResources(STACKS);
    const train = resources.find(({ logicalId }) => logicalId === 'google_cloudfunctions2_function.Train');
    expect(train).toMatchObject({
      stack: 'model',
      kind: 'Function',
      component: 'Train',
      path: 'Function',
      function: 'train',
    });
    const named = resources.flatMap((one) => one.function ?? []);
    expect(named.sort()).toEqual(Object.keys(FUNCTIONS).sort());
  });

  it('names alarms and metrics by what they watch, and by their kind where they are all of a component', () => {
    const namesOf = (type: string, path: string) =>
      terraformResources({
        model: { resource: { [type]: { One: { '//': { metadata: { path: `stack/${path}` } } } } } },
      }).map((one) => [one.component, one.path, one.kind]);
    expect(namesOf('google_logging_metric', 'Metric-failed/Resource')).toEqual([['Metric', 'failed', '']]);
    expect(namesOf('google_logging_metric', 'LostStarts/Resource')).toEqual([['LostStarts', '', 'Metric']]);
    expect(namesOf('google_monitoring_alert_policy', 'LostStarts/Alarm')).toEqual([
      ['LostStarts', 'Alarm', ''],
    ]);
  });

  it('is an empty list without resources', () => {
    expect(terraformResources({ data: {} })).toEqual([]);
  });
});

describe('costReport on Google Cloud', () => {
  it('adds up to its lines', () => {
    const { lines, totals } = report;
    expect(lines.length).toBeGreaterThan(30);
    for (const { quantity, unitPrice, fixed, usage, total } of lines) {
      expect(total).toBeCloseTo(quantity * unitPrice, 12);
      expect(fixed + usage).toBe(total);
    }
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(totals.total).toBeCloseTo(sum(lines.map(({ total }) => total)), 9);
    expect(totals.estimated).toBeCloseTo(
      sum(lines.flatMap((line) => (line.estimated ? [line.total] : []))),
      9,
    );
  });

  it('prices or declares free each resource, and finds a planted type', () => {
    const { free, unpriced, resources } = report;
    expect(unpriced).toEqual([]);
    expect(resources.priced + resources.free).toBe(resources.total);
    for (const { reason } of free) expect(reason).toMatch(/cloud\.google\.com|Terraform/);
    const planted = priced({
      ...STACKS,
      more: { resource: { google_sql_database_instance: { Planted: {} } } },
    });
    expect(planted.unpriced).toEqual([
      {
        stack: 'more',
        logicalId: 'google_sql_database_instance.Planted',
        type: 'google_sql_database_instance',
        reason: 'this type has no price here',
      },
    ]);
    expect(planted.totals).toEqual(report.totals);
  });

  it('counts calls by plan and schedule', () => {
    const [requests] = linesOf('google_cloudfunctions2_function.Release');
    expect((requests?.quantity ?? 0) / 43_800).toBeCloseTo(1, 3); // a tick each minute, and each approval
    const [lease] = linesOf('google_cloudfunctions2_function.Lease');
    const [ingest] = linesOf('google_cloudfunctions2_function.Ingest');
    expect(lease?.quantity).toBeCloseTo(2 * (ingest?.quantity ?? 0), 9);
  });

  it('charges compute by cores, memory and tenths of a second', () => {
    const [requests, cpu, memory] = linesOf('google_cloudfunctions2_function.Score');
    expect(cpu?.quantity).toBeCloseTo((requests?.quantity ?? 0) * 0.5 * 0.1, 9);
    expect(memory?.quantity).toBeCloseTo((requests?.quantity ?? 0) * 0.5 * 0.1, 9);
  });

  it('charges the steps of workflows that a run makes', () => {
    const [steps] = linesOf('google_workflows_workflow.Training');
    const [runs] = linesOf('google_cloudfunctions2_function.Ingest');
    expect(steps?.quantity ?? 0).toBeGreaterThan(10 * (runs?.quantity ?? 0));
    expect(steps?.unitPrice).toBe(0.000_01);
  });

  it('charges logs beyond the days that their price has in it', async () => {
    const kept = async (logRetentionDays: number) => {
      const own = await configIn('dev', { logRetentionDays });
      const { lines } = costReport(gcpCostTools, own, terraformResources(STACKS));
      return lines.filter(({ type }) => type === 'google_logging_project_bucket_config');
    };
    expect(await kept(30)).toHaveLength(1);
    const [ingested, retained] = await kept(90);
    expect(retained?.quantity).toBeCloseTo(((ingested?.quantity ?? 0) * 60) / (365 / 12), 9);
  });

  it('charges messages of the predictions, and events to each subscription whose filter reads them', () => {
    const quantityOf = (address: string) => linesOf(address)[0]?.quantity ?? 0;
    expect(quantityOf('google_pubsub_topic.Predictions')).toBeGreaterThan(0);
    expect(quantityOf('google_pubsub_subscription.Stored')).toBe(
      quantityOf('google_pubsub_topic.Predictions'),
    );
    expect(quantityOf('google_pubsub_topic.Events')).toBeGreaterThan(0);
    expect(quantityOf('google_pubsub_subscription.Approved')).toBe(quantityOf('google_pubsub_topic.Events'));
    expect(quantityOf('google_pubsub_subscription.Kept')).toBe(0);
  });

  it('charges the customer key of an environment once, with its uses', async () => {
    expect(report.lines.filter(({ component }) => component === 'CustomerKey')).toEqual([]);
    const { lines } = costReport(gcpCostTools, await configIn('prod'), terraformResources(STACKS));
    const [version, uses, ...more] = lines.filter(({ component }) => component === 'CustomerKey');
    expect([version?.fixed, version?.logicalId]).toEqual([0.06, null]);
    expect(uses?.quantity).toBeGreaterThan(3 * 43_800);
    expect(more).toEqual([]);
  });
});

describe('a price without confirmation', () => {
  it('is an upper estimate in a column of its own, and never zero', () => {
    const estimates = report.lines.filter(({ estimated }) => estimated);
    expect(estimates.map(({ unit }) => unit)).toEqual(['metric ref', 'point', 'metric ref']);
    for (const { total } of estimates) expect(total).toBeGreaterThan(0);
    const text = costText(
      { title: 'Google Cloud', prices: gcpCostTools.prices },
      report,
      { all: true },
      pageOf({ write: () => true, columns: 160 }, false),
    );
    expect(text).toContain('At most');
    expect(text).toContain(
      `${report.totals.estimated.toFixed(2)} of the total is an upper estimate: those prices are not confirmed`,
    );
    expect(text).toContain('not charged before 2027-09-01');
  });

  it('counts each reference to a metric, and a point of each part of a query at each evaluation', () => {
    const policies = MODEL_STACK.resource.google_monitoring_alert_policy;
    expect(alertCount(policies.ErrorRate)).toEqual({ references: 3, points: 2 * 43_800 });
    expect(alertCount(policies.Messages)).toEqual({ references: 1, points: 0 });
    const threshold = { conditions: [{ condition_threshold: { filter: 'metric.type="a"' } }] };
    expect(alertCount(threshold)).toEqual({ references: 1, points: 2 * 43_800 }); // each 30 s
  });
});

describe('the price list of Google Cloud', () => {
  it('has a page for each price, and an amount or an upper estimate', () => {
    for (const { source, usd, atMost } of Object.values(GCP_PRICES) as Price[]) {
      expect(source).toMatch(/^https:\/\/cloud\.google\.com\/.+pricing$/);
      expect(usd ?? atMost ?? 0).toBeGreaterThan(0);
      expect(usd === null).toBe(atMost !== undefined);
    }
  });
});

describe('storedDaysOf', () => {
  const bucket = DATA_STACK.resource.google_storage_bucket.Store;

  it('follows the rules of the bucket, with old versions and deleted objects after them', () => {
    expect(storedDaysOf(bucket)).toEqual({
      exports: 42,
      prepared: 365,
      features: 365,
      snapshots: 365,
      predictions: 365,
    });
    const soft = { ...bucket, soft_delete_policy: [{ retention_duration_seconds: 7 * 86_400 }] };
    expect(storedDaysOf(soft).exports).toBe(49);
  });

  it('counts a year without rules', () => {
    expect(storedDaysOf({}).exports).toBe(365);
  });
});

describe('stepsOfRun', () => {
  it.each([
    ['a training', compileTrainingWorkflow(URLS), { trigger: 'schedule', data: false }],
    ['a run of new data', compileTrainingWorkflow(URLS), { trigger: 'new-data', data: true }],
    ['monitoring', compileMonitorWorkflow(URLS), {}],
  ])('counts the steps of %s as an interpreter makes them', async (_, { source, variables }, argument) => {
    const made: string[] = [];
    await interpretWorkflow(source, argument, {
      variables,
      now: () => 0,
      wait() {},
      onStep: (name) => made.push(name),
      post: async ({ body }) => ({
        status: 200,
        body: { runId: 'r', fence: 1, to: 't', trigger: 'x', ...body },
      }),
    });
    const template = JSON.stringify(source).replaceAll('${', '$${');
    expect(stepsOfRun(template, argument)).toBe(made.length);
  });
});
