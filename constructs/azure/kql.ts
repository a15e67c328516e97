/**
 * Queries of Azure Monitor Logs in KQL, over the tables that Application Insights writes. A table is there from its first row on,
 * and a rule whose query failed for a week is disabled (learn.microsoft.com/azure/azure-monitor/alerts/alerts-troubleshoot-log).
 * So each query is a fuzzy union with an empty table of the same columns, which every workspace can resolve.
 */

/** Columns that queries read (learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces, …/apprequests). */
export const LOG_TABLES = {
  AppTraces: { TimeGenerated: 'datetime', AppRoleName: 'string', Message: 'string' },
  AppRequests: {
    TimeGenerated: 'datetime',
    AppRoleName: 'string',
    OperationName: 'string',
    ResultCode: 'string',
    Success: 'bool',
    DurationMs: 'real',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
type LogTable = keyof typeof LOG_TABLES;

/** Values of metric lines that a query reads. */
export type LineMetric =
  | 'driftedShare'
  | 'failed'
  | 'memoryPercent'
  | 'probeFailed'
  | 'recordsLost'
  | 'requests'
  | 'scorePsi';

/** Model and environment of the lines, as the functions write them. */
export interface Lines {
  readonly model: string;
  readonly environment: string;
  readonly seconds: number;
}

/** Requests of one app, by its name. */
export interface AppCalls {
  readonly app: string;
  readonly seconds: number;
  /** Functions of the app, by name. @default - all of them */
  readonly functions?: readonly string[];
}

const piped = (...steps: readonly string[]): string => steps.join('\n| ');

/** Text of KQL (learn.microsoft.com/kusto/query/scalar-data-types/string). */
export const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

function rowsOf(table: LogTable, seconds: number): string {
  const columns = Object.entries(LOG_TABLES[table]).map(([name, type]) => `${name}: ${type}`);
  return piped(
    `union isfuzzy=true (datatable (${columns.join(', ')}) []), ${table}`,
    // Rules take literals here only (learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule).
    `where TimeGenerated > ago(${seconds}s)`,
  );
}

/** Lines of the log with this event, as `line`. The cheap search of the text comes before its JSON is read. */
export function eventLines(event: string, seconds: number): string {
  return piped(
    rowsOf('AppTraces', seconds),
    `where Message has ${quoted(event)}`,
    'extend line = parse_json(Message)',
    `where tostring(line.message) == ${quoted(event)}`,
  );
}

/** Metric lines of a model. */
export const metricLines = ({ model, environment, seconds }: Lines): string =>
  piped(
    eventLines('metric', seconds),
    `where tostring(line.dimensions.model) == ${quoted(model)} and tostring(line.dimensions.environment) == ${quoted(environment)}`,
  );

/** A row for each message to people, with its subject and severity. */
export const notificationRows = ({ model, environment, seconds }: Lines): string =>
  piped(
    eventLines('notification', seconds),
    'extend told = line.notification',
    `where tostring(told.model) == ${quoted(model)} and tostring(told.environment) == ${quoted(environment)}`,
    'project subject = tostring(told.subject), severity = tostring(told.severity)',
  );

/**
 * Requests that an app answered, or failed to answer. Each call of a function is one, with the function's name as its operation
 * (learn.microsoft.com/azure/azure-functions/analyze-telemetry-data).
 */
export const appRequests = ({ app, seconds, functions = [] }: AppCalls): string =>
  piped(
    rowsOf('AppRequests', seconds),
    `where AppRoleName =~ ${quoted(app)}`,
    ...(functions.length > 0 ? [`where OperationName in~ (${functions.map(quoted).join(', ')})`] : []),
  );

const numberIn = (metric: LineMetric): string => `todouble(line['values'].${metric})`;

/** Aggregate: sum of a metric's values, those of one arm where it is given; 0 where no line has the metric. */
export const sumOf = (metric: LineMetric, arm?: string): string =>
  arm === undefined
    ? `sum(${numberIn(metric)})`
    : `sumif(${numberIn(metric)}, tostring(line.dimensions.arm) == ${quoted(arm)})`;

/** Aggregate: mean of a metric's values. */
export const meanOf = (metric: LineMetric): string => `avg(${numberIn(metric)})`;

/** Aggregate: largest of a metric's values. */
export const largestOf = (metric: LineMetric): string => `max(${numberIn(metric)})`;

/** Aggregate: requests that were answered with 5xx, or ended without an answer. */
export const SERVER_ERRORS = 'countif(toint(ResultCode) >= 500 or not(Success))';

/** Aggregate: requests that ended without an answer of ours: the runtime counts them as failed. */
export const CRASHES = 'countif(not(Success))';

/** Aggregate: a quantile of the durations, in milliseconds. */
export const quantileOfDurations = (q: number): string => `percentile(DurationMs, ${q * 100})`;

/** Returns one row where the condition holds for the aggregates of all rows. */
export const rowWhere = (
  rows: string,
  aggregates: Readonly<Record<string, string>>,
  condition: string,
): string => piped(rows, `summarize ${assigned(aggregates)}`, `where ${condition}`);

/** Returns one row where the condition holds in at least so many of the periods. */
export const rowWherePeriods = (
  rows: string,
  aggregates: Readonly<Record<string, string>>,
  condition: string,
  { periodSec, breaching }: { readonly periodSec: number; readonly breaching: number },
): string =>
  piped(
    rows,
    `summarize ${assigned(aggregates)} by bin(TimeGenerated, ${periodSec}s)`,
    `where ${condition}`,
    'summarize periods = count()',
    `where periods >= ${breaching}`,
  );

/** Returns a row for each period, for charts. */
export const seriesOf = (
  rows: string,
  aggregates: Readonly<Record<string, string>>,
  periodSec: number,
): string =>
  piped(
    rows,
    `summarize ${assigned(aggregates)} by bin(TimeGenerated, ${periodSec}s)`,
    'order by TimeGenerated asc',
  );

/** Condition: a share is above a limit, and at least so many failed. Counts are divided as reals, else the share would be 0 or 1. */
export const failedShareAbove = (limit: number, minimum: number): string =>
  `failed >= ${minimum} and todouble(failed) / todouble(requests) > ${limit}`;

/** Condition: a mean is above a limit. The mean of nothing is not a number, and fulfils none. */
export const valueAbove = (limit: number): string => `isfinite(value) and value > ${limit}`;

const assigned = (aggregates: Readonly<Record<string, string>>): string =>
  Object.entries(aggregates)
    .map(([name, aggregate]) => `${name} = ${aggregate}`)
    .join(', ');

/** A query, and the texts that people get when it finds something. */
export interface AlarmQuery {
  readonly name: string;
  /** Meaning of the alarm. */
  readonly says: string;
  /** Place where it is written what to do. */
  readonly todo: string;
  readonly query: string;
}

/** Columns of {@link alarmRows}, all of them texts. */
export const ALARM_COLUMNS = ['alarm', 'meaning', 'todo'] as const;

/** Returns a row for each query that finds one. */
export const alarmRows = (queries: readonly AlarmQuery[]): string =>
  `union isfuzzy=true (datatable (${ALARM_COLUMNS.map((name) => `${name}: string`).join(', ')}) []),\n${queries
    .map(({ name, says, todo, query }) => {
      const texts = [name, says, todo].map((text, index) => `${ALARM_COLUMNS[index]} = ${quoted(text)}`);
      return `(${piped(query, `project ${texts.join(', ')}`)})`;
    })
    .join(',\n')}`;
