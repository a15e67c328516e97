import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { type Charge, treatmentOf } from '../clouds/aws/charges.ts';
import { customMetrics } from '../clouds/aws/metrics.ts';
import { PRICE_CURRENCY, PRICE_DATE, PRICE_REGION, PRICES, type Price } from '../clouds/aws/prices.ts';
import { type Located, resourcesOf, type Templates } from '../clouds/aws/resources.ts';
import type { CostLine, CostReport, Totals, Unlisted } from './document.ts';
import { flowOf, functionName } from './flow.ts';
import type { Month } from './month.ts';
import { assumptionsOf, type Usage, usageOf } from './usage.ts';

/** Prices everything in the templates of one model in one environment. */
export function costReport(config: ResolvedConfig, templates: Templates): CostReport {
  const { model, environment } = config;
  const resources = resourcesOf(templates);
  const watches = watchesPerMonth(resources, usageOf(config, 0));
  const usage = usageOf(config, watches);
  const priced = priceAll(resources, usage, { model: model.name, environment: model.environment });
  const totalWith = (more: Partial<Usage>) =>
    totalsOf(
      priceAll(resources, { ...usage, ...more }, { model: model.name, environment: model.environment }).lines,
    ).total;
  const { lines, free, unpriced } = priced;
  const totals = totalsOf(lines);
  const { cloud, budget } = environment;
  return {
    model: model.name,
    environment: environment.name,
    cloud: 'aws',
    currency: PRICE_CURRENCY,
    priceRegion: PRICE_REGION,
    priceDate: PRICE_DATE,
    ...(cloud.provider === 'aws' && cloud.region !== undefined && { deployRegion: cloud.region }),
    lines,
    free,
    unpriced,
    resources: {
      total: resources.length,
      priced: resources.length - free.length - unpriced.length,
      free: free.length,
      unpriced: unpriced.length,
    },
    totals,
    drivers: componentsOf(lines).slice(0, 3),
    perThousandPredictions: totalWith({ predictions: usage.predictions + 1_000 }) - totals.total,
    perRetraining: totalWith({ calledRetrainings: usage.calledRetrainings + 1 }) - totals.total,
    budget: budget?.currency === PRICE_CURRENCY ? budget.monthly : null,
    assumptions: assumptionsOf(usage, flowOf(resources, usage).retrainings),
  };
}

function watchesPerMonth(resources: readonly Located[], usage: Usage): number {
  const { calls } = flowOf(resources, usage);
  const monitor = resources.find((one) => functionName(one) === 'monitor');
  return monitor === undefined ? 0 : (calls.get(monitor.logicalId) ?? 0);
}

interface Priced {
  readonly lines: CostLine[];
  readonly free: Unlisted[];
  readonly unpriced: Unlisted[];
}

function priceAll(
  resources: readonly Located[],
  usage: Usage,
  name: { readonly model: string; readonly environment: string },
): Priced {
  const month: Month = { resources, usage, flow: flowOf(resources, usage) };
  const priced: Priced = { lines: [], free: [], unpriced: [] };
  for (const resource of resources) {
    const treatment = treatmentOf(resource, month);
    if ('free' in treatment) priced.free.push(unlisted(resource, treatment.free));
    else if ('unpriced' in treatment) priced.unpriced.push(unlisted(resource, treatment.unpriced));
    else {
      const unknown = treatment.charges.filter(({ price }) => PRICES[price].usd === null);
      if (unknown.length > 0)
        priced.unpriced.push(unlisted(resource, `no confirmed price: ${unknown.map(needs).join(', ')}`));
      else priced.lines.push(...treatment.charges.map((charge) => lineOf(resource, charge)));
    }
  }
  const functions = resources.flatMap((one) => functionName(one) ?? []);
  const metrics = customMetrics(resources, functions, name);
  if (metrics.length > 0) priced.lines.push(metricsLine(metrics));
  return priced;
}

const unlisted = ({ stack, logicalId, type }: Located, reason: string): Unlisted => ({
  stack,
  logicalId,
  type,
  reason,
});

const needs = ({ price, quantity }: Charge): string =>
  `${Math.round(quantity).toLocaleString('en-US')} ${PRICES[price].unit}s`;

function lineOf({ component, path, type, stack, logicalId }: Located, charge: Charge): CostLine {
  const kind = type.split('::').at(-1) ?? type;
  const named = path.endsWith(kind) ? path : `${path} (${kind})`;
  return { component, resource: path === '' ? kind : named, type, stack, logicalId, ...moneyOf(charge) };
}

function metricsLine(metrics: readonly string[]): CostLine {
  return {
    component: 'Metrics',
    resource: 'custom metrics',
    type: 'custom metric',
    stack: 'model',
    logicalId: null,
    ...moneyOf({
      price: 'customMetric',
      fixed: true,
      quantity: metrics.length,
      basis: `${[...new Set(metrics.map((one) => one.split(' ')[0]))].join(', ')}; sent in every hour of the month`,
    }),
  };
}

function moneyOf({ price, fixed, quantity, basis }: Charge) {
  const { usd, unit, source }: Price = PRICES[price];
  const unitPrice = usd ?? Number.NaN; // what is null was listed as not priced
  const total = quantity * unitPrice;
  return {
    quantity,
    unit,
    unitPrice,
    fixed: fixed ? total : 0,
    usage: fixed ? 0 : total,
    total,
    basis,
    source,
  };
}

function totalsOf(lines: readonly CostLine[]): Totals {
  const fixed = lines.reduce((sum, line) => sum + line.fixed, 0);
  const usage = lines.reduce((sum, line) => sum + line.usage, 0);
  return { fixed, usage, total: fixed + usage };
}

/** Components by what they cost, the dearest first. */
export function componentsOf(
  lines: readonly CostLine[],
): readonly { readonly component: string; readonly total: number }[] {
  const totals = new Map<string, number>();
  for (const { component, total } of lines) totals.set(component, (totals.get(component) ?? 0) + total);
  return [...totals].map(([component, total]) => ({ component, total })).sort((a, b) => b.total - a.total);
}
