import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { typedName } from '../../constructs/config/schema.ts';
import type { CostTools } from '../clouds/tools.ts';
import type { Charge, Price, SharedCharge } from './charge.ts';
import type { CostLine, CostReport, Totals, Unlisted } from './document.ts';
import { flowOf } from './flow.ts';
import type { Located } from './located.ts';
import type { Month } from './month.ts';
import { assumptionsOf, type Usage, usageOf } from './usage.ts';

/** The part of a cloud that prices are made with. */
export type PricingTools = Pick<CostTools, 'prices' | 'region' | 'rules' | 'sharedCharges' | 'wiring'>;

/** Prices all resources of one model in one environment. */
export function costReport(
  tools: PricingTools,
  config: ResolvedConfig,
  resources: readonly Located[],
): CostReport {
  const { model, environment } = config;
  const { currency, region, date } = tools.prices;
  const wiring = tools.wiring(resources, config);
  const monthOf = (usage: Usage): Month => ({ resources, usage, flow: flowOf(resources, wiring, usage) });
  const month = monthOf(usageOf(config, watchesPerMonth(monthOf(usageOf(config, 0)))));
  const { usage, flow } = month;
  const totalWith = (more: Partial<Usage>) =>
    totalsOf(priceAll(tools, config, monthOf({ ...usage, ...more })).lines).total;
  const { lines, free, unpriced } = priceAll(tools, config, month);
  const totals = totalsOf(lines);
  const deployRegion = tools.region(environment);
  const { budget } = environment;
  return {
    model: model.name,
    environment: typedName(environment),
    cloud: config.target,
    currency,
    priceRegion: region,
    priceDate: date,
    ...(deployRegion !== undefined && { deployRegion }),
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
    budget: budget?.currency === currency ? budget.monthly : null,
    assumptions: assumptionsOf(usage, flow.retrainings),
  };
}

function watchesPerMonth({ resources, flow }: Month): number {
  const monitor = resources.find((one) => one.function === 'monitor');
  return monitor === undefined ? 0 : (flow.calls.get(monitor.logicalId) ?? 0);
}

interface Priced {
  readonly lines: CostLine[];
  readonly free: Unlisted[];
  readonly unpriced: Unlisted[];
}

function priceAll({ rules, sharedCharges }: PricingTools, config: ResolvedConfig, month: Month): Priced {
  const priced: Priced = { lines: [], free: [], unpriced: [] };
  for (const resource of month.resources) {
    const treatment = rules(resource, month);
    if (treatment === undefined) priced.unpriced.push(unlisted(resource, 'this type has no price here'));
    else if ('free' in treatment) priced.free.push(unlisted(resource, treatment.free));
    else {
      const unknown = treatment.charges.filter(({ price }) => usdOf(price) === undefined);
      if (unknown.length > 0)
        priced.unpriced.push(unlisted(resource, `no confirmed price: ${unknown.map(needs).join(', ')}`));
      else priced.lines.push(...treatment.charges.map((charge) => lineOf(resource, charge)));
    }
  }
  priced.lines.push(...sharedCharges(month, config).map(sharedLine));
  return priced;
}

const unlisted = ({ stack, logicalId, type }: Located, reason: string): Unlisted => ({
  stack,
  logicalId,
  type,
  reason,
});

const needs = ({ price, quantity }: Charge): string =>
  `${Math.round(quantity).toLocaleString('en-US')} ${price.unit}s`;

function lineOf({ component, path, kind, type, stack, logicalId }: Located, charge: Charge): CostLine {
  const named = path.endsWith(kind) ? path : `${path} (${kind})`;
  return { component, resource: path === '' ? kind : named, type, stack, logicalId, ...moneyOf(charge) };
}

const sharedLine = ({ charge, component, resource, type, stack }: SharedCharge): CostLine => ({
  component,
  resource,
  type,
  stack,
  logicalId: null,
  ...moneyOf(charge),
});

/** USD for one unit: the price, or its upper estimate. */
const usdOf = ({ usd, atMost }: Price): number | undefined => usd ?? atMost;

function moneyOf({ price, fixed, quantity, basis }: Charge) {
  const { unit, source } = price;
  const usd = usdOf(price);
  if (usd === undefined) throw new Error(`no price of a ${unit}`); // resources without one are reported apart
  const total = quantity * usd;
  return {
    quantity,
    unit,
    unitPrice: usd,
    ...(price.usd === null && { estimated: true as const }),
    fixed: fixed ? total : 0,
    usage: fixed ? 0 : total,
    total,
    basis,
    source,
  };
}

/** Sums of lines. */
export function totalsOf(lines: readonly CostLine[]): Totals {
  const fixed = lines.reduce((sum, line) => sum + line.fixed, 0);
  const usage = lines.reduce((sum, line) => sum + line.usage, 0);
  const estimated = lines.reduce((sum, line) => sum + (line.estimated ? line.total : 0), 0);
  return { fixed, usage, total: fixed + usage, estimated };
}

/** Components by what they cost, the dearest first. */
export function componentsOf(
  lines: readonly CostLine[],
): readonly { readonly component: string; readonly total: number }[] {
  const totals = new Map<string, number>();
  for (const { component, total } of lines) totals.set(component, (totals.get(component) ?? 0) + total);
  return [...totals].map(([component, total]) => ({ component, total })).sort((a, b) => b.total - a.total);
}
