import { describe, expect, it } from 'vitest';
import type { Price } from '../../../bin/cost/charge.ts';
import type { Located } from '../../../bin/cost/located.ts';
import { costReport, type PricingTools } from '../../../bin/cost/report.ts';
import { costText } from '../../../bin/cost/text.ts';
import type { Wiring } from '../../../bin/cost/wiring.ts';
import { pageOf } from '../../../bin/page.ts';
import { loadBlueprint } from '../../../blueprints/index.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const config = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');

const located = (logicalId: string, more: Partial<Located> = {}): Located => ({
  stack: 'model',
  logicalId,
  type: `moon.${logicalId}`,
  kind: logicalId,
  properties: {},
  component: logicalId,
  path: '',
  ...more,
});
const price = (usd: number | null, unit: string, per = 1): Price => ({
  usd,
  unit,
  per,
  source: 'moon.example',
});
const CALL = price(0.000_002, 'call', 1_000_000);

const RESOURCES = [
  located('Ingest', { function: 'ingest' }),
  located('Train', { function: 'train' }),
  located('Score', { function: 'score' }),
  located('Pipeline', { component: 'Pipeline', path: 'Flow' }),
  located('Nightly'),
  located('Role'),
  located('Odd'),
  located('Secret'),
];
/** Ten data runs and two trainings a month by schedule, and a function for each request. */
const WIRING: Wiring = {
  schedules: [
    { logicalId: 'Nightly', timesPerMonth: 10, target: 'Pipeline', input: { data: true } },
    { logicalId: 'Monthly', timesPerMonth: 2, target: 'Pipeline', input: {} },
    { logicalId: 'Elsewhere', timesPerMonth: 5, target: undefined, input: {} },
  ],
  triggers: [
    { target: 'Score', on: ['prediction'] },
    { target: 'Pipeline', on: ['retraining-called'] },
  ],
  execution: (target, input) => {
    if (target !== 'Pipeline') return undefined;
    const data = (input as { readonly data?: boolean }).data === true;
    return data ? { states: 3, calls: ['Ingest'] } : { states: 5, calls: ['Ingest', 'Train'] };
  },
};

const tools: PricingTools & { readonly title: string } = {
  title: 'the Moon',
  prices: { currency: 'USD', region: 'moon-1', date: '2026-01-02', prices: { CALL } },
  region: () => 'moon-2',
  wiring: () => WIRING,
  rules: (resource, { flow }) => {
    const { logicalId } = resource;
    if (resource.function !== undefined) {
      const quantity = flow.calls.get(logicalId) ?? 0;
      return { charges: [{ price: CALL, fixed: false, quantity, basis: 'calls' }] };
    }
    if (logicalId === 'Pipeline') {
      const quantity = flow.states.get(logicalId) ?? 0;
      return { charges: [{ price: price(0.5, 'state'), fixed: false, quantity, basis: 'states' }] };
    }
    if (logicalId === 'Nightly') return { free: 'schedules are free on the Moon' };
    if (logicalId === 'Role') return { free: 'roles are free on the Moon' };
    if (logicalId === 'Secret')
      return { charges: [{ price: price(null, 'secret'), fixed: true, quantity: 1_200, basis: 'secrets' }] };
    return undefined;
  },
  sharedCharges: () => [
    {
      component: 'Signals',
      resource: 'all signals',
      type: 'signal',
      stack: 'model',
      charge: { price: price(4, 'signal'), fixed: true, quantity: 2, basis: 'two signals' },
    },
  ],
};

describe('costReport on an invented cloud', () => {
  const report = costReport(tools, config, RESOURCES);
  const quantityOf = (id: string | null) => report.lines.find(({ logicalId }) => logicalId === id)?.quantity;

  it('follows schedules and triggers through the workflow to each function', () => {
    // Nobody deploys a monitor here, so nothing calls for a training.
    expect(quantityOf('Ingest')).toBe(12);
    expect(quantityOf('Train')).toBe(2);
    expect(quantityOf('Pipeline')).toBe(10 * 3 + 2 * 5);
    const perDay = blueprint.serving.online?.requestsPerDay ?? 0;
    expect(quantityOf('Score')).toBeCloseTo((perDay * 365) / 12, 9);
  });

  it('counts a request of the scoring function for each probe, and no prediction', () => {
    const probe = { logicalId: 'Often', timesPerMonth: 8_760, target: 'Probe', input: {} };
    const wiring: Wiring = { ...WIRING, schedules: [...WIRING.schedules, probe] };
    const probed = [...RESOURCES, located('Probe', { function: 'probe' })];
    const own = costReport({ ...tools, wiring: () => wiring }, config, probed);
    const calls = own.lines.find(({ logicalId }) => logicalId === 'Score')?.quantity ?? 0;
    expect(calls - (quantityOf('Score') ?? 0)).toBe(8_760);
    expect(own.perThousandPredictions).toBe(report.perThousandPredictions);
  });

  it('adds fixed and used charges, even those without a resource', () => {
    expect(report.totals.fixed).toBe(8);
    const calls = ['Ingest', 'Train', 'Score'].reduce((sum, id) => sum + (quantityOf(id) ?? 0), 0);
    expect(report.totals.usage).toBeCloseTo(40 * 0.5 + calls * 0.000_002, 9);
    expect(report.drivers[0]).toEqual({ component: 'Pipeline', total: 20 });
    expect(report.perRetraining).toBeCloseTo(5 * 0.5 + 2 * 0.000_002, 9);
    expect(report.perThousandPredictions).toBeCloseTo(0.002, 9);
  });

  it('puts every resource in one of three lists', () => {
    expect(report.resources).toEqual({ total: 8, priced: 4, free: 2, unpriced: 2 });
    expect(report.unpriced.map(({ logicalId, reason }) => [logicalId, reason])).toEqual([
      ['Odd', 'this type has no price here'],
      ['Secret', 'no confirmed price: 1,200 secrets'],
    ]);
  });

  it('names a resource by its path and kind', () => {
    expect(report.lines.map(({ resource }) => resource)).toEqual([
      'Ingest',
      'Train',
      'Score',
      'Flow (Pipeline)',
      'all signals',
    ]);
  });

  it('shows the name of the cloud, its price list and the units of its quotes', () => {
    const text = costText(tools, report, { all: true }, pageOf({ write: () => true, columns: 160 }, false));
    expect(text).toContain('bank-marketing in dev on the Moon, USD a month');
    expect(text).toContain(
      'list prices of moon-1, looked up 2026-01-02; the model is in moon-2, where they differ',
    );
    expect(text).toContain('2.00 / 1M call');
  });
});
