import { describe, expect, it } from 'vitest';
import { storedAzureDays } from '../../../../bin/clouds/azure/lifecycle.ts';
import { AZURE_PRICES } from '../../../../bin/clouds/azure/prices.ts';
import { appOf, azureResources } from '../../../../bin/clouds/azure/resources.ts';
import { azureCostTools } from '../../../../bin/clouds/azure/tools.ts';
import type { TerraformStacks } from '../../../../bin/clouds/terraform.ts';
import type { Price } from '../../../../bin/cost/charge.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { APPS } from '../../../../lambdas/apps.ts';
import { exampleAzureConfig } from '../../../constructs/azure/example.ts';
import { AZURE_DATA_STACK, AZURE_MODEL_STACK } from './stack.ts';

const config = await exampleAzureConfig();
const STACKS = { data: AZURE_DATA_STACK, model: AZURE_MODEL_STACK };
const priced = (stacks: TerraformStacks) => costReport(azureCostTools, config, azureResources(stacks));
const report = priced(STACKS);
const quantityOf = (address: string, unit: string) =>
  report.lines.find((line) => line.logicalId === address && line.unit === unit)?.quantity;

describe('azureResources', () => {
  it('gives a resource of azapi the type that Azure gives it, and lists the functions of its app', () => {
    const resources = azureResources(STACKS);
    const found = resources.filter(({ type }) => type === 'Microsoft.Web/sites/functions');
    const wanted = (['pipeline', 'scoring', 'release', 'monitor'] as const).flatMap(
      (app) => APPS[app].functions,
    );
    expect(found.map((one) => one.function)).toEqual(wanted);
    expect(found.at(0)).toMatchObject({
      logicalId: `azapi_resource.Pipeline/${wanted[0]}`,
      component: 'TrainingPipeline',
      properties: { memoryMb: 4_096 },
    });
  });

  it.each([
    ['bank-marketing-dev-pipeline-0a1b2c', 'pipeline'],
    ['a-model-whose-name-is-long-3f2e1d-batch-0a1b2c', 'batch'],
    ['somebody-elses-site', undefined],
  ])('finds the app of %s', (name, app) => {
    expect(appOf(name)).toBe(app);
  });
});

describe('costReport on Azure', () => {
  it('prices or declares free each resource, and finds a planted type', () => {
    const { free, unpriced, resources } = report;
    expect(unpriced).toEqual([]);
    expect(resources.priced + resources.free).toBe(resources.total);
    for (const { reason } of free) expect(reason).toMatch(/azure\.microsoft\.com|Terraform/);
    const planted = priced({
      ...STACKS,
      more: { resource: { azurerm_kubernetes_cluster: { Planted: {} } } },
    });
    expect(planted.unpriced.map(({ type }) => type)).toEqual(['azurerm_kubernetes_cluster']);
    expect(planted.totals).toEqual(report.totals);
  });

  it('counts a second at least for each execution, with the memory of its app', () => {
    const ticks = quantityOf('azapi_resource.Release/release', 'run') ?? 0;
    expect(ticks / 43_800).toBeCloseTo(1, 3);
    expect(quantityOf('azapi_resource.Release/release', 'GB-s')).toBeCloseTo(ticks * 0.5, 6);
    const scores = quantityOf('azapi_resource.Scoring/score', 'run') ?? 0;
    expect(scores).toBeGreaterThan(0);
    expect(quantityOf('azapi_resource.Scoring/score', 'GB-s')).toBeCloseTo(scores * 2, 6);
  });

  it('counts the runs of the orchestration between its activities', () => {
    const runs = quantityOf('azapi_resource.Pipeline/ingest', 'run') ?? 0;
    const [replays] = report.lines.filter(
      ({ resource, unit }) => /orchestration/.test(resource) && unit === 'run',
    );
    expect(replays?.quantity ?? 0).toBeGreaterThan(5 * runs);
    expect(quantityOf('azapi_resource.Pipeline/lease', 'run')).toBeCloseTo(2 * runs, 9);
  });

  it('charges a rule on logs whatever happens, and everything else by use', () => {
    const fixed = report.lines.filter((line) => line.fixed > 0);
    expect(fixed.map(({ type, fixed: usd }) => [type, usd])).toEqual([
      ['azurerm_monitor_scheduled_query_rules_alert_v2', 0.5],
    ]);
  });

  it('shows each price as an upper estimate, and none as nothing', () => {
    for (const { usd, atMost, source } of Object.values(AZURE_PRICES) as Price[]) {
      expect([usd, (atMost ?? 0) > 0]).toEqual([null, true]);
      expect(source).toMatch(/^https:\/\/azure\.microsoft\.com\/pricing\/details\//);
    }
    expect(report.totals.estimated).toBeCloseTo(report.totals.total, 9);
  });
});

describe('storedAzureDays', () => {
  const { Store } = AZURE_DATA_STACK.resource.azurerm_storage_account;
  const { Lifecycle } = AZURE_DATA_STACK.resource.azurerm_storage_management_policy;

  it('follows the rules of the account, with old versions and deleted objects after them', () => {
    expect(storedAzureDays(Lifecycle, Store)).toEqual({
      exports: 35 + 7 + 7,
      prepared: 365,
      features: 365,
      snapshots: 365,
      predictions: 365,
    });
  });

  it('counts a year without rules', () => {
    expect(storedAzureDays(undefined, {}).exports).toBe(365);
  });
});
