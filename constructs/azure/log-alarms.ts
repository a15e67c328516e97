import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2/index.js';
import { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { literal } from '../shared/cdktf.ts';
import { azureName, azureTags, nameOf } from '../shared/naming.ts';
import { ALARM_COLUMNS, alarmRows } from './kql.ts';
import { logWorkspaceId } from './logs.ts';
import { groupOf } from './resource-group.ts';

/** One alarm: a query that finds a row where people are to be told. */
export interface LogAlarm {
  /** One to three words. */
  readonly name: string;
  /** Makes the query for so many seconds back. */
  readonly query: (seconds: number) => string;
  /** Seconds that it looks back, {@link LONGEST_LOOK_BACK_SEC} at most. @default - as far as evaluations are apart */
  readonly seconds?: number;
  /** Meaning of the alarm. */
  readonly says: string;
  /** Anchor of what to do, in the runbook of stacks/terraform/azure.md. */
  readonly runbook: string;
}

export interface LogAlarmsProps {
  readonly config: ResolvedConfig;
  /** Name of the rule within the model. */
  readonly name: string;
  readonly alarms: readonly LogAlarm[];
  /** People who are told. @default - none: there is no rule */
  readonly notifications?: { readonly actionGroups: readonly string[] } | undefined;
}

/** A rule that looks each minute costs six times as much (azure.microsoft.com/pricing/details/monitor). */
export const EVALUATED_EACH_SEC = 900;
/** A rule reads two days of the log at most (learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule). */
export const LONGEST_LOOK_BACK_SEC = 172_800;

/** Windows that a rule may have, in seconds (`window_duration` of azurerm). */
const WINDOWS = [
  [900, 'PT15M'],
  [1_800, 'PT30M'],
  [2_700, 'PT45M'],
  [3_600, 'PT1H'],
  [7_200, 'PT2H'],
  [10_800, 'PT3H'],
  [14_400, 'PT4H'],
  [18_000, 'PT5H'],
  [21_600, 'PT6H'],
  [86_400, 'P1D'],
  [LONGEST_LOOK_BACK_SEC, 'P2D'],
] as const;

/** Error, as against critical and warning. */
const SEVERITY = 1;

/**
 * Alarms of one part of a model as one rule of Azure Monitor, because each rule is charged. A row of the query is an alarm that
 * fires: the rule splits by its columns, so that each alarm fires and ends by itself and its message says what it means. It ends
 * after three evaluations without a row (learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview#stateful-alerts).
 */
export class LogAlarms extends Construct {
  /** The rule; none where nobody is told. */
  readonly resource?: MonitorScheduledQueryRulesAlertV2;

  constructor(scope: Construct, id: string, { config, name, alarms, notifications }: LogAlarmsProps) {
    super(scope, id);
    const actionGroups = notifications?.actionGroups ?? [];
    if (actionGroups.length === 0 || alarms.length === 0) return;
    const queries = alarms.map(({ name: alarm, says, runbook, query, seconds = EVALUATED_EACH_SEC }) => ({
      name: alarm,
      says,
      todo: `stacks/terraform/azure.md#${runbook}`,
      query: query(seconds),
    }));
    this.resource = logRule(this, 'Resource', {
      config,
      name,
      says: `alarms of ${nameOf(config)}: ${alarms.map(({ name: alarm }) => alarm).join(', ')}`,
      query: alarmRows(queries),
      columns: ALARM_COLUMNS,
      seconds: Math.max(...alarms.map(({ seconds = EVALUATED_EACH_SEC }) => seconds)),
      ends: true,
      actionGroups,
    });
  }
}

export interface LogRuleProps {
  readonly config: ResolvedConfig;
  readonly name: string;
  readonly says: string;
  readonly query: string;
  /** Columns that tell one alert from another, at most six. */
  readonly columns: readonly string[];
  /** Seconds that the query looks back. */
  readonly seconds: number;
  /** True for an alert that lasts until its rows are gone; otherwise each evaluation with rows is an alert of its own. */
  readonly ends: boolean;
  readonly actionGroups: readonly string[];
}

/**
 * A rule that tells people of each row that a query finds.
 *
 * @throws RangeError for a query that looks back further than a rule may
 */
export function logRule(
  scope: Construct,
  id: string,
  props: LogRuleProps,
): MonitorScheduledQueryRulesAlertV2 {
  const { config, name, says, query, columns, seconds, ends, actionGroups } = props;
  const displayName = `${nameOf(config)} ${name}`;
  return new MonitorScheduledQueryRulesAlertV2(scope, id, {
    ...groupOf(scope, config),
    name: azureName(config, name, AZURE_NAMES.logAlarm.most),
    displayName,
    description: says,
    severity: SEVERITY,
    scopes: [logWorkspaceId(config)],
    evaluationFrequency: 'PT15M',
    windowDuration: windowOf(name, seconds),
    criteria: [
      {
        query: literal(query),
        timeAggregationMethod: 'Count',
        operator: 'GreaterThan',
        threshold: 0,
        dimension: columns.map((column) => ({ name: column, operator: 'Include', values: ['*'] })),
        // A query without a column of time has one period (`number_of_evaluation_periods` of azurerm).
        failingPeriods: { minimumFailingPeriodsToTriggerAlert: 1, numberOfEvaluationPeriods: 1 },
      },
    ],
    autoMitigationEnabled: ends,
    // Before the first row there is no table that a check could find.
    skipQueryValidation: true,
    action: { actionGroups: [...actionGroups] },
    tags: azureTags(config),
  });
}

/** The shortest window that a query fits into. */
function windowOf(name: string, seconds: number): string {
  const window = WINDOWS.find(([length]) => length >= seconds);
  if (window === undefined)
    throw new RangeError(
      `'${name}' looks ${seconds} s back; a rule reads ${LONGEST_LOOK_BACK_SEC} s at most`,
    );
  return window[1];
}
