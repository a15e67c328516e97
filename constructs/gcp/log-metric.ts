import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpIdentifier } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { type Labels, quantileOf, selector } from './promql.ts';

/** Metrics of the functions that Google Cloud counts nowhere else. */
export type LogMetricName =
  | 'driftedShare'
  | 'failed'
  | 'memoryPercent'
  | 'probeFailed'
  | 'recordsLost'
  | 'requests'
  | 'scorePsi';

/** Metrics with a series for each arm of a split of traffic. */
const BY_ARM: ReadonlySet<LogMetricName> = new Set(['failed', 'recordsLost', 'requests']);

const RESOURCE: Labels = { monitored_resource: 'cloud_run_revision' };
/** Steps of 5, so that 80 is the edge of one: percent. */
const PERCENT_BUCKETS = { offset: 0, width: 5, numFiniteBuckets: 20 } as const;

/**
 * A distribution of the values that functions write in their logs (cloud.google.com/logging/docs/logs-based-metrics). The sum
 * of a window is that of the values themselves, whatever the buckets are.
 */
export class LogMetric extends Construct {
  readonly resource: LoggingMetric;
  /** Name in PromQL, without `_sum` and `_count`. */
  readonly queryName: string;

  constructor(scope: Construct, id: string, config: ResolvedConfig, name: LogMetricName) {
    super(scope, id);
    const { model } = config;
    const metric = gcpIdentifier(config, name, GCP_NAMES.logMetric.most);
    const labels = BY_ARM.has(name) ? ['arm'] : [];
    this.queryName = `logging_googleapis_com:user_${metric}`;
    this.resource = new LoggingMetric(this, 'Resource', {
      name: metric,
      description: `${name} of ${model.name} in ${model.environment}`,
      filter: [
        'resource.type="cloud_run_revision"',
        'jsonPayload.message="metric"',
        `jsonPayload.dimensions.model="${model.name}"`,
        `jsonPayload.dimensions.environment="${model.environment}"`,
        `jsonPayload.values.${name}:*`,
      ].join(' AND '),
      valueExtractor: `EXTRACT(jsonPayload.values.${name})`,
      labelExtractors: Object.fromEntries(
        labels.map((key) => [key, `EXTRACT(jsonPayload.dimensions.${key})`]),
      ),
      ...(name === 'memoryPercent' && { bucketOptions: { linearBuckets: PERCENT_BUCKETS } }),
      metricDescriptor: {
        metricKind: 'DELTA',
        valueType: 'DISTRIBUTION',
        unit: '1',
        displayName: `${name} of ${model.name}-${model.environment}`,
        labels: labels.map((key) => ({ key, valueType: 'STRING', description: 'arm of the traffic' })),
      },
    });
  }

  /** Sum of the values of so many seconds. */
  sum(labels: Labels, seconds: number): string {
    return this.rise('sum', labels, seconds);
  }

  /** Upper bound of the largest value of so many seconds, for values of 0 to 100. */
  largest(labels: Labels, seconds: number): string {
    return quantileOf(1, this.queryName, { ...RESOURCE, ...labels }, seconds);
  }

  /** Mean of the values of so many seconds. */
  mean(labels: Labels, seconds: number): string {
    return `${this.rise('sum', labels, seconds)} / ${this.rise('count', labels, seconds)}`;
  }

  private rise(part: 'sum' | 'count', labels: Labels, seconds: number): string {
    const all: Labels = { ...RESOURCE, ...labels };
    return `sum(increase(${this.queryName}_${part}${selector(all)}[${seconds}s]))`;
  }
}

/** The metric of a construct's stack. */
export const logMetric = (scope: Construct, config: ResolvedConfig, name: LogMetricName): LogMetric =>
  oncePerStack(scope, `Metric-${name}`, (stack) => new LogMetric(stack, `Metric-${name}`, config, name));
