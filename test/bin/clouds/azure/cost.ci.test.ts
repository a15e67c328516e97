import { beforeAll, describe, expect, it } from 'vitest';
import { azureCostTools } from '../../../../bin/clouds/azure/tools.ts';
import type { CostReport } from '../../../../bin/cost/document.ts';
import type { Located } from '../../../../bin/cost/located.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { DATA_STEPS, STEPS } from '../../../../lambdas/pipeline.ts';
import { exampleAzureConfig, PEOPLE } from '../../../constructs/azure/example.ts';
import { runMain } from '../../run-main.ts';

const cost = (...args: readonly string[]) => runMain(['cost', '--cloud', 'azure', ...args]);
const idOf = (one: { readonly stack: string; readonly logicalId: string | null }) =>
  `${one.stack}/${one.logicalId}`;
const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);

/** The most that dev may cost in a month before any use. */
const MOST_USD = 5;

describe('mlops cost on the stacks of Azure', () => {
  const reports = new Map<string, CostReport>();
  const stacks = new Map<string, readonly Located[]>();
  beforeAll(async () => {
    for (const env of ['dev', 'prod'] as const) {
      const { code, out, err } = await cost('--env', env, '--json');
      expect([code, err]).toEqual([0, '']);
      reports.set(env, JSON.parse(out).data);
      stacks.set(env, await azureCostTools.resources(await exampleAzureConfig(env)));
    }
  });
  const report = (env: string) => reports.get(env) as CostReport; // of the two above

  it.each(['dev', 'prod'])('lists in %s every resource as priced, or as free with its source', (env) => {
    const { lines, free, unpriced } = report(env);
    expect(unpriced).toEqual([]);
    const listed = new Set([...lines.filter(({ logicalId }) => logicalId !== null), ...free].map(idOf));
    expect([...listed].sort()).toEqual((stacks.get(env) ?? []).map(idOf).sort());
    for (const { reason } of free) expect(reason).toMatch(/azure\.microsoft\.com|Terraform/);
  });

  it.each(['dev', 'prod'])('computes in %s totals as quantities times prices', (env) => {
    const { lines, totals } = report(env);
    for (const { quantity, unitPrice, total } of lines) expect(total).toBeCloseTo(quantity * unitPrice, 9);
    expect(totals.total).toBeCloseTo(sum(lines.map(({ total }) => total)), 9);
  });

  it('keeps dev at or below 5 USD a month before any use, with its alarms mailed', async () => {
    expect(report('dev').totals.fixed).toBeLessThanOrEqual(MOST_USD);
    const config = await exampleAzureConfig('dev', PEOPLE);
    const { totals } = costReport(azureCostTools, config, await azureCostTools.resources(config));
    expect(totals.fixed).toBeGreaterThan(1);
    expect(totals.fixed).toBeLessThanOrEqual(MOST_USD);
  });

  it('charges prod for the uses of its customer key', () => {
    const uses = (env: string) => report(env).lines.filter(({ component }) => component === 'CustomerKey');
    expect(uses('dev')).toEqual([]);
    expect(uses('prod').map(({ unit }) => unit)).toEqual(['use']);
  });

  it('follows the plan through the steps of the pipeline, and through fewer for a data run', async () => {
    const config = await exampleAzureConfig();
    const resources = stacks.get('dev') ?? [];
    const { schedules, execution } = azureCostTools.wiring(resources, config);
    const nameOf = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.function ?? '';
    const stepsOf = (input: unknown) =>
      schedules
        .map(({ target = '' }) => execution(target, input)?.calls.map(nameOf) ?? [])
        .find((calls) => calls.includes('export'))
        ?.filter((name) => STEPS.some((step) => step === name));
    expect(stepsOf({ data: true })).toEqual(DATA_STEPS);
    expect(stepsOf({})).toEqual(STEPS);
  });

  it('prints a page that says that its prices are estimates', async () => {
    const { code, out } = await cost();
    expect(code).toBe(0);
    expect(out).toContain('of the total is an upper estimate: those prices are not confirmed');
    expect(out).toContain('list prices of westeurope, looked up 2026-11-29');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
