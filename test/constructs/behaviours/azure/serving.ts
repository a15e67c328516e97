import { sitesOf } from '../../../policy/azure/check.ts';
import { blocksOf, type TerraformStacks, valueAt, valuesAt } from '../../../support/terraform/located.ts';
import type { Alarm, Budget, Dashboard, Route, TemplateReader } from '../reader.ts';
import { alertsOn, firesOnNothing, type LogAlert } from './alerts.ts';
import { appIn } from './names.ts';
import { DEPLOYER, isOurs, letIn, principalsOf, rightsOn } from './rights.ts';

/** The scoring app, which is the whole endpoint. The platform's sign-in lets callers in. */
export const scoringSites = (stacks: TerraformStacks): Route[] =>
  sitesOf(stacks)
    .filter((site) => appIn(stacks, site) === 'scoring')
    .map((site) => ({
      id: site.id,
      method: '*',
      path: '*',
      isAuthenticated: letIn(stacks, site) !== 'anybody',
    }));

/** Everybody but the identities of the stacks; who deploys is one only with a right beyond the archives of apps. */
export const strangersOf = (stacks: TerraformStacks): ReturnType<TemplateReader['callers']> =>
  principalsOf(stacks)
    .filter((principal) => !isOurs(principal))
    .map((principal) => ({ id: principal, caller: principal, rights: rightsOn(stacks, principal) }))
    .filter(({ caller, rights }) => caller !== DEPLOYER || Object.values(rights).flat().length > 0);

/** `ErrorRate` for `error rate` in the rules of the scoring app. */
function ruleOf({ rule, name }: LogAlert): Alarm['rule'] {
  if (!/^(RollbackAlarms|ScoringApi_Alarms)_/.test(rule.name)) return undefined;
  return name.replaceAll(/(?:^| )([a-z])/g, (_, letter: string) => letter.toUpperCase()) as Alarm['rule']; // compared with the rules
}

/** Every alarm of a rule on the log but that on the messages of functions. */
export const alarmsIn = (stacks: TerraformStacks): Alarm[] => alertsOn(stacks).map(alarmFrom);

function alarmFrom(alert: LogAlert): Alarm {
  const { id, query, seconds, emails, todo } = alert;
  const numberAfter = (pattern: RegExp) => Number(pattern.exec(query)?.[1] ?? Number.NaN);
  const [, least] = /\b(?:failed|requests) >= (\d+)/.exec(query) ?? [];
  const period = numberAfter(/by bin\(TimeGenerated, (\d+)s\)/);
  const isSeries = Number.isFinite(period);
  const isOnRows = !query.includes('| summarize');
  return {
    id,
    rule: ruleOf(alert),
    threshold: Number.isNaN(seconds) ? Number.NaN : isOnRows ? 0 : numberAfter(/ > ([\d.]+)(?: and |\n|$)/),
    minimum: least === undefined ? undefined : Number(least),
    window: isSeries ? [period, numberAfter(/\| where periods >= (\d+)/), seconds / period] : [seconds, 1, 1],
    isHeartbeat: / < \d+$/m.test(query),
    firesWithoutData: firesOnNothing(query),
    notifiesPeople: emails.length > 0,
    runbook: /\.md#([\w-]+)$/.exec(todo)?.[1],
    failuresOf: failedRunIn(query),
  };
}

/** Line of the log that a failed run leaves, by the run. */
const FAILED = { training: 'pipeline.failed', monitoring: 'monitoring.failed' } as const;

function failedRunIn(query: string): Alarm['failuresOf'] {
  const [run] =
    Object.entries(FAILED).find(([, line]) => query.endsWith(`tostring(line.message) == '${line}'`)) ?? [];
  return run as Alarm['failuresOf']; // a key of the table
}

/** The platform's own measure of what the scoring function writes as `latencyMs`. */
const MEASURED = { 'percentile(DurationMs, 99)': 'latencyMs' } as const;

/** Metrics of the workbook's charts. */
export const workbooksOf = (stacks: TerraformStacks): Dashboard[] =>
  blocksOf(stacks, 'azurerm_application_insights_workbook').map(({ id, body }) => {
    const queries = queriesOf(JSON.parse(String(body.data_json)));
    const read = queries.flatMap((query) =>
      [...query.matchAll(/line\['values'\]\.(\w+)/g)].map(([, metric = '']) => metric),
    );
    const measured = Object.entries(MEASURED).flatMap(([aggregate, metric]) =>
      queries.some((query) => query.includes(aggregate)) ? [metric] : [],
    );
    return { id, metrics: [...read, ...measured] };
  });

function queriesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'query' ? [String(inner)] : queriesOf(inner),
  );
}

/** The budget of the group. Its currency is that of the billing account. */
export const groupBudgets = (stacks: TerraformStacks): Budget[] =>
  blocksOf(stacks, 'azurerm_consumption_budget_resource_group').map(({ id, body }) => ({
    id,
    monthly: valueAt(body, 'time_grain') === 'Monthly' ? Number(body.amount) : Number.NaN,
    currency: undefined,
    people: valuesAt(body, 'notification.contact_emails').flat().map(String),
  }));
