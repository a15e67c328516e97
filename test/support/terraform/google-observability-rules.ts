/** Refusals of hashicorp/terraform-provider-google v6.50.0 at plan time: logs, alerts, dashboards and budgets. */

import type { ProviderRule } from './rules.ts';
import { isObject } from './schema.ts';

const ALIGNERS =
  'NONE DELTA RATE INTERPOLATE NEXT_OLDER MIN MAX MEAN COUNT SUM STDDEV COUNT_TRUE COUNT_FALSE FRACTION_TRUE PERCENTILE_99 PERCENTILE_95 PERCENTILE_50 PERCENTILE_05 PERCENT_CHANGE'
    .split(' ')
    .map((name) => `ALIGN_${name}`);
const REDUCERS =
  'NONE MEAN MIN MAX SUM STDDEV COUNT COUNT_TRUE COUNT_FALSE FRACTION_TRUE PERCENTILE_99 PERCENTILE_95 PERCENTILE_50 PERCENTILE_05'
    .split(' ')
    .map((name) => `REDUCE_${name}`);
const COMPARISONS = ['GT', 'GE', 'LT', 'LE', 'EQ', 'NE'].map((name) => `COMPARISON_${name}`);
const on = (type: string, file: string) => ({ on: type, source: `services/${file}.go` });
const metric = on('google_logging_metric', 'logging/resource_logging_metric');
const sink = on('google_logging_project_sink', 'logging/resource_logging_project_sink');
const alert = on('google_monitoring_alert_policy', 'monitoring/resource_monitoring_alert_policy');
const channel = on(
  'google_monitoring_notification_channel',
  'monitoring/resource_monitoring_notification_channel',
);
const dashboard = on('google_monitoring_dashboard', 'monitoring/resource_monitoring_dashboard');
const budget = on('google_billing_budget', 'billing/resource_billing_budget');

export const OBSERVABILITY_RULES: readonly ProviderRule[] = [
  { ...metric, field: 'metric_descriptor.metric_kind', must: { values: ['DELTA', 'GAUGE', 'CUMULATIVE'] } },
  {
    ...metric,
    field: 'metric_descriptor.value_type',
    must: { values: ['BOOL', 'INT64', 'DOUBLE', 'STRING', 'DISTRIBUTION', 'MONEY'] },
  },
  {
    ...metric,
    field: 'metric_descriptor.labels.value_type',
    must: { values: ['BOOL', 'INT64', 'STRING', ''] },
  },
  {
    ...metric,
    has: 'at least one of',
    inside: 'bucket_options',
    fields: ['linear_buckets', 'exponential_buckets', 'explicit_buckets'],
  },
  {
    ...sink,
    name: 'bigquery_options: unique_writer_identity must be true',
    refuse: ({ bigquery_options: options, unique_writer_identity: unique }) =>
      options !== undefined && unique !== true,
    bad: { bigquery_options: {}, unique_writer_identity: false },
  },
  { ...alert, field: 'combiner', must: { values: ['AND', 'OR', 'AND_WITH_MATCHING_RESOURCE'] } },
  { ...alert, field: 'severity', must: { values: ['CRITICAL', 'ERROR', 'WARNING', ''] } },
  { ...alert, field: 'conditions.condition_threshold.comparison', must: { values: COMPARISONS } },
  ...['condition_threshold', 'condition_absent'].flatMap((condition): ProviderRule[] => [
    {
      ...alert,
      field: `conditions.${condition}.aggregations.per_series_aligner`,
      must: { values: ALIGNERS },
    },
    {
      ...alert,
      field: `conditions.${condition}.aggregations.cross_series_reducer`,
      must: { values: REDUCERS },
    },
  ]),
  {
    ...alert,
    field: 'conditions.condition_threshold.evaluation_missing_data',
    must: {
      values: [
        'EVALUATION_MISSING_DATA_INACTIVE',
        'EVALUATION_MISSING_DATA_ACTIVE',
        'EVALUATION_MISSING_DATA_NO_OP',
        '',
      ],
    },
  },
  {
    ...alert,
    field: 'alert_strategy.notification_prompts',
    must: { values: ['NOTIFICATION_PROMPT_UNSPECIFIED', 'OPENED', 'CLOSED'] },
  },
  {
    ...alert,
    has: 'at least one of',
    inside: 'documentation',
    fields: ['content', 'mime_type', 'subject', 'links'],
  },
  {
    ...channel,
    has: 'exactly one of',
    inside: 'sensitive_labels',
    fields: ['auth_token', 'password', 'service_key'],
  },
  {
    ...channel,
    name: 'labels: not auth_token, service_key or password beside sensitive_labels',
    refuse: ({ labels, sensitive_labels: sensitive }) =>
      isObject(labels) && isObject(sensitive) && Object.keys(sensitive).some((key) => key in labels),
    bad: { labels: { password: 'x' }, sensitive_labels: { password: 'x' } },
  },
  { ...dashboard, field: 'dashboard_json', must: { be: 'json' } },
  { ...budget, has: 'exactly one of', inside: 'amount', fields: ['specified_amount', 'last_period_amount'] },
  {
    ...budget,
    has: 'at least one of',
    inside: 'all_updates_rule',
    fields: ['pubsub_topic', 'monitoring_notification_channels'],
  },
  {
    ...budget,
    has: 'at least one of',
    inside: 'budget_filter',
    fields: [
      'projects',
      'resource_ancestors',
      'credit_types_treatment',
      'services',
      'subaccounts',
      'labels',
      'calendar_period',
      'custom_period',
    ],
  },
  {
    ...budget,
    field: 'budget_filter.calendar_period',
    must: { values: ['MONTH', 'QUARTER', 'YEAR', 'CALENDAR_PERIOD_UNSPECIFIED', ''] },
  },
  {
    ...budget,
    field: 'budget_filter.credit_types_treatment',
    must: { values: ['INCLUDE_ALL_CREDITS', 'EXCLUDE_ALL_CREDITS', 'INCLUDE_SPECIFIED_CREDITS', ''] },
  },
  {
    ...budget,
    field: 'threshold_rules.spend_basis',
    must: { values: ['CURRENT_SPEND', 'FORECASTED_SPEND', ''] },
  },
  {
    ...budget,
    field: 'ownership_scope',
    must: { values: ['OWNERSHIP_SCOPE_UNSPECIFIED', 'ALL_USERS', 'BILLING_ACCOUNT', ''] },
  },
];
