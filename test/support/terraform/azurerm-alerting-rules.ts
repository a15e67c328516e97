/** Refusals of hashicorp/terraform-provider-azurerm v4.55.0 at plan time: logs, alert rules, groups of people, budgets. */

import { bodiesAt, valuesAt } from './located.ts';
import type { ProviderRule } from './rules.ts';
import { type Body, isTemplate, listed } from './schema.ts';

const on = (type: string, file: string) => ({
  on: `azurerm_${type}`,
  source: `internal/services/${file}.go`,
});
const logs = on('log_analytics_workspace', 'loganalytics/log_analytics_workspace_resource');
const insights = on('application_insights', 'applicationinsights/application_insights_resource');
const alert = on(
  'monitor_scheduled_query_rules_alert_v2',
  'monitor/monitor_scheduled_query_rules_alert_v2_resource',
);
const metric = on('monitor_metric_alert', 'monitor/monitor_metric_alert_resource');
const group = on('monitor_action_group', 'monitor/monitor_action_group_resource');
const budget = on('consumption_budget_resource_group', 'consumption/consumption_budget_base');
const workbook = on(
  'application_insights_workbook',
  'applicationinsights/application_insights_workbook_resource',
);
const dashboard = on('portal_dashboard', 'portal/portal_dashboard_resource');

/** Refusals of the API that the provider's own page tells. */
const DOCUMENTED = 'website/docs/r/monitor_scheduled_query_rules_alert_v2.html.markdown';
const HOURS = ['PT1H', 'PT2H', 'PT3H', 'PT4H', 'PT5H', 'PT6H'];
const QUARTERS = ['PT5M', 'PT10M', 'PT15M', 'PT30M', 'PT45M'];
const FREQUENCIES = ['PT1M', ...QUARTERS, ...HOURS, 'P1D'];
const WINDOWS = [...FREQUENCIES, 'P2D'];
/** Seconds of a duration of these lists. */
const secondsOf = (text: unknown): number => {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(String(text)) ?? [];
  return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60;
};
/** Seconds that a rule looks back: its window, as often as it needs. */
const lookBackOf = (body: Body): number =>
  secondsOf(body.window_duration) *
  Number(valuesAt(body, 'criteria.failing_periods.number_of_evaluation_periods')[0] ?? 1);

export const ALERTING_RULES: readonly ProviderRule[] = [
  {
    ...logs,
    field: 'name',
    must: { match: /^(?=.{4,63}$)[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$/ },
    bad: '-abc',
  },
  {
    ...logs,
    field: 'sku',
    must: {
      values: [
        'PerGB2018',
        'PerNode',
        'Premium',
        'Standalone',
        'Standard',
        'CapacityReservation',
        'LACluster',
        'Unlimited',
      ],
    },
  },
  { ...logs, field: 'retention_in_days', must: { least: 30, most: 730 }, bad: 7 },
  {
    ...logs,
    has: 'at most one of',
    fields: ['local_authentication_enabled', 'local_authentication_disabled'],
  },
  {
    ...insights,
    field: 'application_type',
    must: { values: ['web', 'other', 'java', 'MobileCenter', 'phone', 'store', 'ios', 'Node.JS'] },
  },
  {
    ...insights,
    field: 'workspace_id',
    must: {
      match:
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/,
    },
    bad: 'logs',
  },
  {
    ...insights,
    field: 'retention_in_days',
    must: { values: ['30', '60', '90', '120', '180', '270', '365', '550', '730'] },
  },
  { ...insights, field: 'sampling_percentage', must: { least: 0, most: 100 }, bad: 101 },
  {
    ...alert,
    field: 'criteria.operator',
    must: { values: ['Equal', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'] },
  },
  {
    ...alert,
    field: 'criteria.time_aggregation_method',
    must: { values: ['Count', 'Average', 'Minimum', 'Maximum', 'Total'] },
  },
  { ...alert, field: 'criteria.dimension.operator', must: { values: ['Include', 'Exclude'] } },
  ...['minimum_failing_periods_to_trigger_alert', 'number_of_evaluation_periods'].map(
    (field): ProviderRule => ({
      ...alert,
      field: `criteria.failing_periods.${field}`,
      must: { least: 1, most: 6 },
      bad: 7,
    }),
  ),
  { ...alert, field: 'evaluation_frequency', must: { values: FREQUENCIES } },
  { ...alert, field: 'window_duration', must: { values: WINDOWS } },
  {
    ...alert,
    field: 'query_time_range_override',
    must: { values: [...QUARTERS, 'PT20M', ...HOURS, 'P1D', 'P2D'] },
  },
  {
    ...alert,
    field: 'mute_actions_after_alert_duration',
    must: { values: [...QUARTERS, ...HOURS, 'P1D', 'P2D'] },
  },
  { ...alert, field: 'severity', must: { least: 0, most: 4 }, bad: 5 },
  {
    ...alert,
    name: 'scopes: exactly one',
    refuse: ({ scopes }) => scopes !== undefined && listed(scopes).length !== 1,
    bad: { scopes: ['/a/b', '/c/d'] },
  },
  {
    on: alert.on,
    source: DOCUMENTED,
    name: 'mute_actions_after_alert_duration: not with auto_mitigation_enabled',
    refuse: ({ auto_mitigation_enabled: auto, mute_actions_after_alert_duration: mute }) =>
      auto === true && mute !== undefined,
    bad: { auto_mitigation_enabled: true, mute_actions_after_alert_duration: 'PT5M' },
  },
  {
    on: alert.on,
    source: DOCUMENTED,
    name: 'metric_measure_column: with every aggregation but Count, and not there',
    refuse: (body) =>
      bodiesAt(body, 'criteria').some(
        ({ time_aggregation_method: method, metric_measure_column: column }) =>
          (method === 'Count') === (column !== undefined),
      ),
    bad: { criteria: { time_aggregation_method: 'Total' } },
  },
  {
    on: alert.on,
    source: DOCUMENTED,
    name: 'evaluation_frequency: no longer than the look-back; the look-back: at most two days',
    refuse: (body) => {
      const back = lookBackOf(body);
      return back > 0 && (secondsOf(body.evaluation_frequency) > back || back > 172_800);
    },
    bad: { window_duration: 'PT5M', evaluation_frequency: 'PT15M' },
  },
  {
    on: alert.on,
    source: DOCUMENTED,
    name: 'query_time_range_override: no shorter than the look-back',
    refuse: (body) => {
      const { query_time_range_override: range } = body;
      return range !== undefined && secondsOf(range) < lookBackOf(body);
    },
    bad: { window_duration: 'PT30M', query_time_range_override: 'PT5M' },
  },
  {
    on: alert.on,
    source: DOCUMENTED,
    name: 'window_duration: at least five minutes, and at most six hours at a frequency of one minute',
    refuse: ({ window_duration: window, evaluation_frequency: every }) =>
      window !== undefined && (every === 'PT1M' ? secondsOf(window) > 21_600 : window === 'PT1M'),
    bad: { window_duration: 'PT1M', evaluation_frequency: 'PT5M' },
  },
  {
    ...metric,
    field: 'criteria.aggregation',
    must: { values: ['Average', 'Count', 'Minimum', 'Maximum', 'Total'] },
  },
  {
    ...metric,
    field: 'criteria.operator',
    must: {
      values: ['Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'],
    },
  },
  { ...metric, field: 'frequency', must: { values: ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H'] } },
  {
    ...metric,
    field: 'window_size',
    must: { values: ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D'] },
  },
  { ...metric, field: 'severity', must: { least: 0, most: 4 }, bad: 5 },
  { ...group, field: 'short_name', must: { match: /^[\s\S]{1,12}$/ }, bad: 'more than twelve' },
  { ...budget, field: 'name', must: { match: /^[-_a-zA-Z0-9]{1,63}$/ }, bad: 'a b' },
  { ...budget, field: 'amount', must: { least: 1, most: Number.MAX_SAFE_INTEGER }, bad: 0 },
  { ...budget, field: 'notification.threshold', must: { least: 0, most: 1_000 }, bad: 1_001 },
  { ...budget, field: 'notification.threshold_type', must: { values: ['Actual', 'Forecasted'] } },
  {
    ...budget,
    field: 'notification.operator',
    must: { values: ['EqualTo', 'GreaterThan', 'GreaterThanOrEqualTo'] },
  },
  {
    ...budget,
    source:
      'learn.microsoft.com/rest/api/consumption/budgets/create-or-update: contactEmails, contactRoles, contactGroups',
    has: 'at least one of',
    inside: 'notification',
    fields: ['contact_emails', 'contact_groups', 'contact_roles'],
  },
  {
    ...budget,
    field: 'time_grain',
    must: { values: ['BillingAnnual', 'BillingMonth', 'BillingQuarter', 'Annually', 'Monthly', 'Quarterly'] },
  },
  {
    ...budget,
    source: 'internal/services/consumption/validate/time_period.go',
    name: 'time_period.start_date: the first of a month since June 2017',
    refuse: (body) =>
      valuesAt(body, 'time_period.start_date').some(
        (start) =>
          !isTemplate(start) &&
          !(/^\d{4}-\d{2}-01T/.test(String(start)) && String(start) >= '2017-06-01T00:00:00Z'),
      ),
    bad: { time_period: { start_date: '2026-11-29T00:00:00Z' } },
  },
  {
    ...workbook,
    field: 'name',
    must: { match: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ },
    bad: '0000000A-0000-0000-0000-000000000000',
  },
  { ...workbook, field: 'data_json', must: { be: 'json' } },
  { ...workbook, field: 'source_id', must: { match: /^[^A-Z]*$/ }, bad: '/subscriptions/A' },
  {
    ...workbook,
    source: 'internal/services/applicationinsights/validate/workbook_tags.go',
    name: 'tags: not hidden-title',
    refuse: ({ tags }) => Object.keys(Object(tags)).includes('hidden-title'),
    bad: { tags: { 'hidden-title': 'x' } },
  },
  { ...dashboard, field: 'dashboard_properties', must: { be: 'json' } },
];
