import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { terraformResources } from '../../../../bin/clouds/gcp/resources.ts';
import { synthesize } from '../../../../bin/clouds/gcp/synthesize.ts';
import { gcpCostTools } from '../../../../bin/clouds/gcp/tools.ts';
import type { CostLine, CostReport } from '../../../../bin/cost/document.ts';
import type { Located } from '../../../../bin/cost/located.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../../constructs/config/schema.ts';
import { FUNCTIONS } from '../../../../lambdas/functions.ts';
import { DATA_STEPS, STEPS } from '../../../../lambdas/pipeline.ts';
import { loadEnvironment } from '../../../../stacks/config/load.ts';
import { runMain } from '../../run-main.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const configIn = async (env: string, given: Partial<EnvironmentInput> = {}) =>
  resolveConfig(blueprint, await loadEnvironment(env, 'gcp', given), 'gcp');
const resourcesIn = async (env: string) => terraformResources(await synthesize(await configIn(env)));
const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
const idOf = (one: { readonly stack: string; readonly logicalId: string | null }) =>
  `${one.stack}/${one.logicalId}`;
const cost = (...args: readonly string[]) => runMain(['cost', '--cloud', 'gcp', ...args]);

/** The most that dev may cost in a month before any use. */
const MOST_USD = 5;

describe('mlops cost on the stacks of Google Cloud', () => {
  const reports = new Map<string, CostReport>();
  const stacks = new Map<string, readonly Located[]>();
  beforeAll(async () => {
    for (const env of ['dev', 'prod'] as const) {
      const { code, out, err } = await cost('--env', env, '--json');
      expect([code, err]).toEqual([0, '']);
      reports.set(env, JSON.parse(out).data);
      stacks.set(env, await resourcesIn(env));
    }
  });
  const report = (env: string) => reports.get(env) as CostReport;
  const stacksOf = (env: string) => stacks.get(env) ?? [];

  it.each(['dev', 'prod'])(
    'lists in %s every resource as priced, or as free with a reason and its source',
    (env) => {
      const { lines, free, unpriced, resources } = report(env);
      const listed = [
        ...new Set(lines.filter((line) => line.logicalId !== null).map(idOf)),
        ...[...free, ...unpriced].map(idOf),
      ];
      expect(listed.sort()).toEqual(stacksOf(env).map(idOf).sort());
      expect(resources.total).toBe(resources.priced + resources.free + resources.unpriced);
      expect(unpriced).toEqual([]);
      for (const { reason } of free) expect(reason).toMatch(/cloud\.google\.com|Terraform/);
    },
  );

  it.each(['dev', 'prod'])('computes in %s totals, drivers and lines as quantities times prices', (env) => {
    const { lines, totals, drivers } = report(env);
    const components = new Map<string, number>();
    for (const { quantity, unitPrice, fixed, usage, total, component } of lines) {
      expect(Number.isFinite(quantity) && quantity >= 0).toBe(true);
      expect(unitPrice).toBeGreaterThan(0);
      expect(total).toBeCloseTo(quantity * unitPrice, 9);
      expect(fixed + usage).toBe(total);
      expect(fixed === 0 || usage === 0).toBe(true);
      components.set(component, (components.get(component) ?? 0) + quantity * unitPrice);
    }
    expect(totals.total).toBeCloseTo(sum([...components.values()]), 9);
    expect(totals.fixed).toBeCloseTo(sum(lines.map(({ fixed }) => fixed)), 9);
    expect(totals.usage).toBeCloseTo(sum(lines.map(({ usage }) => usage)), 9);
    const dearest = [...components].sort((a, b) => b[1] - a[1]).slice(0, 3);
    expect(drivers.map(({ component }) => component)).toEqual(dearest.map(([component]) => component));
  });

  it('never counts an alert as nothing, and nothing else as an estimate', () => {
    for (const env of ['dev', 'prod']) {
      const { lines, totals } = report(env);
      const estimates = lines.filter(({ estimated }) => estimated);
      expect(new Set(estimates.map(({ type }) => type))).toEqual(new Set(['google_monitoring_alert_policy']));
      for (const { total } of estimates) expect(total).toBeGreaterThan(0);
      expect(totals.estimated).toBeCloseTo(sum(estimates.map(({ total }) => total)), 9);
      const policies = stacksOf(env).filter(({ type }) => type === 'google_monitoring_alert_policy');
      expect(new Set(estimates.map(idOf))).toEqual(new Set(policies.map(idOf)));
    }
  });

  it('keeps dev at or below 5 USD a month before any use, with alerts at their highest price', () => {
    const { totals } = report('dev');
    expect(totals.fixed).toBeLessThanOrEqual(MOST_USD);
    expect(totals.fixed - totals.estimated).toBeGreaterThan(0.5); // jobs and a secret are never free here
    expect(readFileSync('stacks/terraform/README.md', 'utf8').replaceAll('\n', ' ')).toContain(
      `costs at most ${totals.fixed.toFixed(2)} USD a month without any use, ${totals.estimated.toFixed(2)} of it such estimates`,
    );
  });

  it('charges prod for a customer key on top of dev', () => {
    const keyOf = (env: string) => report(env).lines.filter(({ component }) => component === 'CustomerKey');
    expect(keyOf('dev')).toEqual([]);
    expect(keyOf('prod').map(({ unit }) => unit)).toEqual(['key', 'use']);
  });

  it('counts 43,800 ticks a month, and the calls of a data run each night', () => {
    const resources = stacksOf('dev');
    const requestsOf = (name: string) => {
      const address = resources.find((one) => one.function === name)?.logicalId;
      return report('dev').lines.find((one) => one.logicalId === address && one.unit === 'request')?.quantity;
    };
    const trainings = 365 / 12 / 60;
    expect((requestsOf('release') ?? 0) / 43_800).toBeCloseTo(1, 3);
    expect(requestsOf('export')).toBeCloseTo(365 / 12 + trainings, 6);
    expect(requestsOf('train')).toBeCloseTo(trainings, 6);
    expect(requestsOf('lease')).toBeCloseTo(2 * (365 / 12 + trainings), 6);
    expect(resources.flatMap((one) => one.function ?? []).sort()).toEqual(
      Object.keys(FUNCTIONS)
        .filter((name) => requestsOf(name) !== undefined)
        .sort(),
    );
  });

  it('follows the plan through the steps of the pipeline, and through fewer for a data run', async () => {
    const config = await configIn('dev');
    const resources = stacksOf('dev');
    const { schedules, execution } = gcpCostTools.wiring(resources, config);
    const nameOf = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.function ?? '';
    const stepsOf = (input: unknown) =>
      schedules
        .map(({ target = '' }) => execution(target, input)?.calls.map(nameOf) ?? [])
        .find((calls) => calls.includes('export'))
        ?.filter((name) => STEPS.some((step) => step === name));
    expect(stepsOf({ data: true })).toEqual(DATA_STEPS);
    expect(stepsOf({})).toEqual(STEPS);
  });

  it('gives the next thousand predictions and the next training a price below the whole month', () => {
    const { perThousandPredictions, perRetraining, totals } = report('dev');
    for (const one of [perThousandPredictions, perRetraining]) {
      expect(one).toBeGreaterThan(0);
      expect(one).toBeLessThan(totals.total);
    }
  });

  it('charges more for more memory of training, and nothing else', async () => {
    const reportWith = async (trainingMemoryMb: number) => {
      const { environment } = await configIn('dev');
      if (environment.cloud.provider !== 'gcp') throw new Error('dev is on Google Cloud here');
      const own = await configIn('dev', { cloud: { ...environment.cloud, trainingMemoryMb } });
      return costReport(gcpCostTools, own, await gcpCostTools.resources(own));
    };
    const [small, large] = [await reportWith(3_072), await reportWith(6_144)];
    const memory = ({ lines }: CostReport, name: string) =>
      sum(
        lines
          .filter(({ resource, unit }) => resource.startsWith(name) && unit === 'GiB-s')
          .map(({ total }: CostLine) => total),
      );
    expect(memory(large, 'Train') / memory(small, 'Train')).toBeCloseTo(2, 6);
    expect(memory(large, 'Register')).toBeCloseTo(memory(small, 'Register'), 12);
    expect(large.totals.fixed).toBe(small.totals.fixed);
  });
});

describe('the command line of cost on Google Cloud', () => {
  it('fits a page of 100 columns, and states its assumptions', async () => {
    const { code, out } = await cost();
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toMatch(/\d+ of \d+ resources priced, \d+ free of charge, 0 not priced/);
    expect(out).toContain('list prices of us-central1, looked up 2026-11-29; the model is in europe-west3');
    expect(out).toContain('nothing is taken off for free tiers');
    expect(out).toContain('At most');
    expect(out).toContain('of the total is an upper estimate: those prices are not confirmed');
    expect(out).not.toContain('\u001b');
  });

  it('prices a second copy of an environment', async () => {
    const { code, out } = await cost('--env', 'dev/pr-1', '--json');
    expect([code, JSON.parse(out).data.environment]).toEqual([0, 'dev/pr-1']);
  });

  it('exits with 2 when a month costs more than --budget', async () => {
    const { code, out } = await cost('--budget', '1', '--json');
    const document = JSON.parse(out);
    expect([code, document.ok, document.exitCode]).toEqual([2, false, 2]);
    expect(document.diagnostics[0].code).toBe('cost/over-budget');
    expect(document.data.cloud).toBe('gcp');
  });

  it.each([
    [['--env', 'test'], '--env'],
    [['--budget', 'much'], '--budget'],
    [['nobody'], 'nobody'],
  ])('refuses %j', async (args, named) => {
    const { code, err } = await cost(...args);
    expect(code).toBe(3);
    expect(err).toContain(named);
  });
});
