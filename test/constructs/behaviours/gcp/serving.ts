import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../../support/terraform/located.ts';
import type { Alarm, Budget, Dashboard, Route, TemplateReader } from '../reader.ts';
import { mailboxesOf } from './data.ts';
import { functionIn, referredIn, runIn } from './names.ts';
import { granteeOf, grantsIn, rightsIn } from './rights.ts';

/** The scoring function, which is the whole endpoint. Cloud Run lets in who may invoke it. */
export const endpointsOf = (stacks: TerraformStacks): Route[] =>
  blocksOf(stacks, 'google_cloudfunctions2_function')
    .filter((one) => functionIn(stacks, one) === 'score')
    .map((one) => ({
      id: one.id,
      method: '*',
      path: '*',
      isAuthenticated: !grantsIn(stacks).some(
        (grant) =>
          /^all(Authenticated)?Users$/.test(granteeOf(grant)) &&
          referredIn(stacks, grant.stack, grant.body.name, one.type)?.id === one.id,
      ),
    }));

/** Identities by which Google's services act: by their form, or read from the project (cloud.google.com/iam/docs/service-agents). */
const AGENT = /^(serviceAccount:)?((service|bq)-)?\$\{data\.google_/;

/** Members that somebody else owns: everybody but the accounts of the stack and of Google's services. */
export const outsidersOf = (stacks: TerraformStacks): ReturnType<TemplateReader['callers']> =>
  [...new Set(grantsIn(stacks).map(granteeOf))]
    .filter((member) => !member.startsWith('google_service_account.') && !AGENT.test(member))
    .map((member) => ({ id: member, caller: member, rights: rightsIn(stacks, member) }));

/** The id of the construct, before the eight digits that make it unique. */
const RULE_NAME = /^(?:RollbackAlarms|ScoringApi_Alarms)_([A-Za-z]+)_[0-9A-F]{8}$/;
/** A share that lasts: so many of the periods of the time that is looked at. */
const LASTING = /^count_over_time\(\((.*)\)\[(\d+)s:(\d+)s\]\) >= (\d+)$/;

/** Policies by a query; those on lines of the log carry messages of functions. */
export const policiesOf = (stacks: TerraformStacks): Alarm[] =>
  blocksOf(stacks, 'google_monitoring_alert_policy').flatMap((policy) => {
    const query = valueAt(policy.body, 'conditions.condition_prometheus_query_language.query');
    return typeof query === 'string' ? [alarmOf(stacks, policy, query)] : [];
  });

function alarmOf(stacks: TerraformStacks, { id, stack, name, body }: LocatedBlock, query: string): Alarm {
  const [, inner = query, seconds, period, breaching = '1'] = LASTING.exec(query) ?? [];
  const [, windowSec] = /\[(\d+)s\]/.exec(inner) ?? [];
  const [, minimum] = / >= (\d+)/.exec(inner) ?? [];
  const [, threshold] = / > ([\d.]+)/.exec(inner) ?? [];
  const isLive =
    body.enabled !== false &&
    valueAt(body, 'conditions.condition_prometheus_query_language.duration') === '0s';
  return {
    id,
    rule: RULE_NAME.exec(name)?.[1] as Alarm['rule'], // compared with the rules
    threshold: isLive ? Number(threshold) : Number.NaN,
    minimum: minimum === undefined ? undefined : Number(minimum),
    window: [
      Number(windowSec),
      Number(breaching),
      seconds === undefined ? 1 : Number(seconds) / Number(period),
    ],
    isHeartbeat: / < \d+$/.test(query),
    // A query without a series fulfils no condition, unless something is put in its place.
    firesWithoutData: /\b(absent\w*|vector)\(/.test(query),
    notifiesPeople: referencesIn(body.notification_channels).some((one) => mailboxesOf(stacks).has(one)),
    runbook: /README\.md#([\w-]+)$/.exec(String(valueAt(body, 'documentation.content')))?.[1],
    failuresOf: failedRunOf(stacks, stack, query),
  };
}

function failedRunOf(stacks: TerraformStacks, stack: string, query: string): Alarm['failuresOf'] {
  const [, workflow] =
    /workflows_googleapis_com:finished_execution_count\{workflow_id="([^"]+)",status="FAILED"\}/.exec(
      query,
    ) ?? [];
  const found = blocksOf(stacks, 'google_workflows_workflow').find(
    (one) => one.stack === stack && one.body.name === workflow,
  );
  return found && runIn(found);
}

/** Cloud Run's own measure of what the scoring function writes as `latencyMs`. */
const MEASURED = { 'run_googleapis_com:request_latencies_bucket{': 'latencyMs' } as const;

/** Every metric of the functions: values of log lines by the metric that reads them. */
export const boardsOf = (stacks: TerraformStacks): Dashboard[] =>
  blocksOf(stacks, 'google_monitoring_dashboard').map(({ id, body }) => {
    const queries = queriesIn(JSON.parse(String(body.dashboard_json)));
    const read = blocksOf(stacks, 'google_logging_metric').flatMap(
      ({ body: { name, value_extractor: from } }) => {
        const [, value] = /^EXTRACT\(jsonPayload\.values\.(\w+)\)$/.exec(String(from)) ?? [];
        const isShown = queries.some((query) =>
          new RegExp(`user_${String(name)}_(sum|count|bucket)\\{`).test(query),
        );
        return value !== undefined && isShown ? [value] : [];
      },
    );
    const measured = Object.entries(MEASURED).flatMap(([metric, value]) =>
      queries.some((query) => query.includes(metric)) ? [value] : [],
    );
    return { id, metrics: [...read, ...measured] };
  });

function queriesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'prometheusQuery' ? [String(inner)] : queriesIn(inner),
  );
}

export const billingOf = (stacks: TerraformStacks): Budget[] =>
  blocksOf(stacks, 'google_billing_budget').map(({ id, body }) => ({
    id,
    monthly:
      valueAt(body, 'budget_filter.calendar_period') === 'MONTH'
        ? Number(valueAt(body, 'amount.specified_amount.units')) +
          Number(valueAt(body, 'amount.specified_amount.nanos') ?? 0) / 1e9
        : Number.NaN,
    currency: String(valueAt(body, 'amount.specified_amount.currency_code')),
    people: valuesAt(body, 'all_updates_rule.monitoring_notification_channels')
      .flatMap(referencesIn)
      .flatMap((channel) => mailboxesOf(stacks).get(channel) ?? []),
  }));
