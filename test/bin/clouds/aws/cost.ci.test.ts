import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resourcesOf as locatedIn } from '../../../../bin/clouds/aws/resources.ts';
import { stackNamesOf } from '../../../../bin/clouds/aws/stack-names.ts';
import { awsTools } from '../../../../bin/clouds/aws/tools.ts';
import { wiringOf } from '../../../../bin/clouds/aws/wiring.ts';
import type { CostLine, CostReport } from '../../../../bin/cost/document.ts';
import { costReport } from '../../../../bin/cost/report.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { DATA_STEPS, STEPS } from '../../../../lambdas/pipeline.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { synthesize } from '../../../support/synth.ts';
import { resourcesOf } from '../../../support/template.ts';
import { runMain } from '../../run-main.ts';

const BLUEPRINT = 'blueprints/bank-marketing/blueprint.ts';
const { blueprint } = await loadBlueprint(BLUEPRINT);
const config = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
const cents = (usd: number) => Math.round(usd * 100);
const sum = (lines: readonly CostLine[], field: 'fixed' | 'usage' | 'total') =>
  lines.reduce((total, line) => total + line[field], 0);
const idOf = (one: { readonly stack: string; readonly logicalId: string | null }) =>
  `${one.stack}/${one.logicalId}`;

describe('mlops cost on the deployed templates', () => {
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
    'lists in %s every resource as priced, as free with a reason, or as not priced',
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

  it.each(['dev', 'prod'])('computes in %s totals, drivers and lines as quantities times prices', (env) => {
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

  it('keeps dev at or below 5 USD a month before any use', () => {
    expect(report('dev').totals.fixed).toBeLessThanOrEqual(5);
    const { totals, lines } = report('dev');
    const alarms = lines
      .filter(({ unit }) => unit === 'alarm metric')
      .reduce((usd, line) => usd + line.fixed, 0);
    expect(readFileSync('stacks/aws/README.md', 'utf8')).toContain(
      `costs ${totals.fixed.toFixed(2)} USD a month without any use, ${alarms.toFixed(2)} of it for alarms`,
    );
    expect(report('dev').totals.fixed).toBeGreaterThan(1); // metrics, alarms and a secret are never free
  });

  it('charges prod for a key and a dashboard on top of dev', () => {
    const more = report('prod').totals.fixed - report('dev').totals.fixed;
    expect(cents(more)).toBeGreaterThanOrEqual(cents(4));
    expect(
      report('prod')
        .lines.filter(({ type }) => /Dashboard|KMS/.test(type))
        .map((line) => cents(line.fixed)),
    ).toEqual(expect.arrayContaining([300, 100]));
  });

  it('counts 43,800 starts a month for a tick each minute, and the states of a data run each night', () => {
    const { lines } = report('dev');
    const tick = lines.find(({ resource }) => resource.startsWith('Tick'));
    expect(tick?.quantity).toBeCloseTo(43_800, 6);
    const states = lines.find(
      ({ component, unit }) => component === 'TrainingPipeline' && unit === 'transition',
    );
    // 365/12 data runs of 6 states, and one training of 9 states in each 60 days.
    expect(states?.quantity).toBeCloseTo((365 / 12) * 6 + (365 / 12 / 60) * 9, 6);
  });

  it('gives the next thousand predictions and the next training a price below the whole month', () => {
    const { perThousandPredictions, perRetraining, totals } = report('dev');
    for (const one of [perThousandPredictions, perRetraining]) {
      expect(one).toBeGreaterThan(0);
      expect(one).toBeLessThan(totals.total);
    }
  });

  it('follows the workflow through the steps of the pipeline, and through fewer for a data run', async () => {
    const resources = locatedIn((await synthesize('dev')).stacks);
    const { schedules, execution } = wiringOf(resources);
    const nameOf = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.function ?? '';
    const stepsOf = (input: unknown) =>
      schedules
        .map(({ target = '' }) => execution(target, input)?.calls.map(nameOf) ?? [])
        .find((calls) => calls.includes('export'))
        ?.filter((name) => STEPS.some((step) => step === name));
    expect(stepsOf({ data: true })).toEqual(DATA_STEPS);
    expect(stepsOf({})).toEqual(STEPS);
  });

  it('finds the stacks under the names that other commands use', async () => {
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

describe('the memory of training', () => {
  it('costs in proportion, and nothing else changes with it', async () => {
    const reportWith = async (trainingMemoryMb: number) => {
      const given = { cloud: { provider: 'aws', trainingMemoryMb } } as const;
      const own = resolveConfig(blueprint, parseEnvironment('dev', given, 'aws'), 'aws');
      return costReport(awsTools, own, await awsTools.resources(own));
    };
    const [small, large] = [await reportWith(3_008), await reportWith(6_016)];
    const compute = ({ lines }: CostReport, name: string) =>
      lines
        .filter(({ resource, unit }) => resource.startsWith(name) && unit.startsWith('GB'))
        .reduce((total, line) => total + line.total, 0);
    for (const name of ['Train', 'Prepare', 'Evaluate', 'Ingest']) {
      expect(compute(small, name)).toBeGreaterThan(0);
      expect(compute(large, name) / compute(small, name)).toBeCloseTo(2, 6);
    }
    expect(compute(large, 'Register')).toBeCloseTo(compute(small, 'Register'), 12);
    expect(large.totals.fixed).toBe(small.totals.fixed);
  });
});

describe('the command line of cost', () => {
  it('fits a page of 100 columns, and states its assumptions', async () => {
    const { code, out } = await runMain(['cost']);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toMatch(/\d+ of \d+ resources priced, \d+ free of charge, 0 not priced/);
    expect(out).toContain('list prices of us-east-1, looked up 2026-11-26');
    expect(out).toContain('nothing is taken off for free tiers');
    expect(out).not.toContain('\u001b');
  });

  it('shows every line with --all, and the source of each number on a wide terminal', async () => {
    const { out } = await runMain(['cost', '--all', '--no-color'], { columns: 160, isTTY: true });
    expect(out).toContain('rate(1 minute)');
    expect(out).not.toContain('below a cent');
  });

  it('exits with 2 when a month costs more than --budget', async () => {
    const { code, out } = await runMain(['cost', '--budget', '1', '--json']);
    const document = JSON.parse(out);
    expect([code, document.ok, document.exitCode]).toEqual([2, false, 2]);
    expect(document.diagnostics[0].code).toBe('cost/over-budget');
    expect(document.data.totals.total).toBeGreaterThan(1);
  });

  it.each([
    [['--env', 'test'], '--env'],
    [['--cloud', 'oracle'], 'oracle'],
    [['--budget', 'much'], '--budget'],
    [['nobody'], 'nobody'],
  ])('refuses %j', async (args, named) => {
    const { code, err } = await runMain(['cost', ...args]);
    expect(code).toBe(3);
    expect(err).toContain(named);
  });
});
