import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { SharedCharge } from '../../cost/charge.ts';
import { EMITTED, EMITTED_IN_TROUBLE } from '../../cost/emitted.ts';
import type { Located } from '../../cost/located.ts';
import type { Month } from '../../cost/month.ts';
import { at } from '../value-at.ts';
import { PRICES } from './prices.ts';
import { textOf } from './resources.ts';

/** Namespace of every metric of this project. */
const NAMESPACE = 'Mlops';

/** Custom metrics belong to all functions and alarms of a model together; each is paid for once. */
export function sharedCharges({ resources }: Month, { model }: ResolvedConfig): SharedCharge[] {
  const functions = resources.flatMap((one) => one.function ?? []);
  const metrics = customMetrics(resources, functions, model);
  if (metrics.length === 0) return [];
  const names = [...new Set(metrics.map((one) => one.split(' ')[0]))].join(', ');
  const charge = {
    price: PRICES.customMetric,
    fixed: true,
    quantity: metrics.length,
    basis: `${names}; sent in every hour of the month`,
  };
  return [
    { component: 'Metrics', resource: 'custom metrics', type: 'custom metric', stack: 'model', charge },
  ];
}

/**
 * The custom metrics of a model, each as one text: what its functions send, and what its alarms and dashboards look at.
 *
 * @param functions - Names of those that are deployed.
 */
function customMetrics(
  resources: readonly Located[],
  functions: readonly string[],
  { name: model, environment }: ResolvedConfig['model'],
): readonly string[] {
  const found = new Set<string>();
  for (const [name, { perArm, names }] of Object.entries(EMITTED))
    if (functions.includes(name))
      for (const metric of names)
        found.add(
          keyOf(metric, [
            ['model', model],
            ['environment', environment],
            ...(perArm ? [['arm', 'champion'] as const] : []),
          ]),
        );
  for (const { type, properties } of resources) {
    if (type === 'AWS::CloudWatch::Alarm') for (const one of alarmMetrics(properties)) addOwn(found, one);
    if (type === 'AWS::CloudWatch::Dashboard')
      for (const one of dashboardMetrics(properties)) addOwn(found, one);
  }
  return [...found].sort();
}

interface Metric {
  readonly namespace: unknown;
  readonly name: unknown;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
}

function addOwn(found: Set<string>, { namespace, name, dimensions }: Metric): void {
  const rare: readonly string[] = EMITTED_IN_TROUBLE;
  if (namespace === NAMESPACE && !rare.includes(String(name))) found.add(keyOf(String(name), dimensions));
}

const keyOf = (name: string, dimensions: Metric['dimensions']): string =>
  `${name} ${dimensions
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(' ')}`;

/** Metrics of an alarm: its own, or each of its expression; CloudWatch bills the alarm for each. */
export function alarmMetrics(properties: Located['properties']): Metric[] {
  const inside = Array.isArray(properties.Metrics) ? properties.Metrics : undefined;
  const metrics: unknown[] = inside
    ? inside.map((one) => at(one, 'MetricStat', 'Metric')).filter((one) => one !== undefined)
    : [properties];
  return metrics.map((one) => {
    const dimensions = at(one, 'Dimensions');
    return {
      namespace: at(one, 'Namespace'),
      name: at(one, 'MetricName'),
      dimensions: (Array.isArray(dimensions) ? dimensions : []).map(
        (dimension) => [String(at(dimension, 'Name')), String(at(dimension, 'Value'))] as const,
      ),
    };
  });
}

/** `["Mlops", "requests", "arm", "champion", …, {options}]`, wherever it stands in the body. */
function dashboardMetrics({ DashboardBody }: Located['properties']): Metric[] {
  return [...textOf(DashboardBody).matchAll(/\["Mlops"(?:,"[^"]*")+/g)].map(([text]) => {
    const [namespace, name, ...rest] = JSON.parse(`${text}]`) as string[]; // of strings, by the pattern
    const dimensions: [string, string][] = [];
    for (let index = 0; index + 1 < rest.length; index += 2)
      dimensions.push([rest[index] ?? '', rest[index + 1] ?? '']);
    return { namespace, name, dimensions };
  });
}
