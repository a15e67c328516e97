import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';
import { isObject } from '../../../support/terraform/schema.ts';
import type { Listener, Run, Schedule } from '../reader.ts';
import { deadLettersOf } from './functions.ts';
import { accountIn, functionIn, referredIn, runIn, startableIn, topicIn, workflowIn } from './names.ts';
import { rightsIn } from './rights.ts';

const RECEIVER = { running: ['roles/eventarc.eventReceiver'] } as const;

/** Both workflows. */
export const workflowsOf = (stacks: TerraformStacks): Run[] =>
  blocksOf(stacks, 'google_workflows_workflow').map((workflow) => {
    const { id, stack, body } = workflow;
    const account = accountIn(stacks, stack, body.service_account);
    return {
      id,
      name: runIn(workflow),
      identity: account,
      steps: calledIn(stepsOf(workflow)).map((variable) => {
        const called = referredIn(
          stacks,
          stack,
          valueAt(body, `user_env_vars.${variable}`),
          'google_cloudfunctions2_function',
        );
        return called && functionIn(stacks, called);
      }),
      rights: rightsIn(stacks, account ?? '', { running: ['roles/logging.logWriter'] }),
    };
  });

/** The steps of a definition; `$${` of the configuration is `${` there. */
function stepsOf({ body }: LocatedBlock): unknown {
  const { main } = JSON.parse(String(body.source_contents).replaceAll('$${', '${')) as {
    readonly main: { readonly steps: unknown };
  };
  return main.steps;
}

/** The variables of the functions that are called, along the way of a run in which all steps succeed. */
function calledIn(steps: unknown): string[] {
  if (Array.isArray(steps)) return steps.flatMap(calledIn);
  if (!isObject(steps)) return [];
  if (steps.call === 'http.post') {
    const [, variable = 'nothing'] = /sys\.get_env\("(\w+)"\)/.exec(String(valueAt(steps, 'args.url'))) ?? [];
    return [variable];
  }
  return Object.entries(steps).flatMap(([key, inner]) => (key === 'except' ? [] : calledIn(inner)));
}

/** The value that a step of a definition assigns to the state of a run. */
function assignedIn(steps: unknown, step: string): Readonly<Record<string, unknown>> {
  const found = deepValue(steps, step);
  const run = valueAt({ found }, 'found.assign.run');
  return isObject(run) ? run : {};
}

function deepValue(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((one) => deepValue(one, key)).find((one) => one !== undefined);
  if (!isObject(value)) return undefined;
  return value[key] ?? deepValue(Object.values(value), key);
}

/** The alarm whose query counts a metric of the log on lines of this service with this name. */
function alarmOnLog(stacks: TerraformStacks, resourceType: string, name: string): string | undefined {
  const metrics = blocksOf(stacks, 'google_logging_metric').filter(
    ({ body: { filter } }) =>
      String(filter).includes(`resource.type="${resourceType}"`) &&
      String(filter).includes('severity>=ERROR') &&
      String(filter).includes(`"${name}"`),
  );
  return alarmOn(stacks, (query) => metrics.some(({ body }) => query.includes(`user_${String(body.name)}{`)));
}

const alarmOn = (stacks: TerraformStacks, matches: (query: string) => boolean): string | undefined =>
  blocksOf(stacks, 'google_monitoring_alert_policy').find(({ body }) =>
    matches(String(valueAt(body, 'conditions.condition_prometheus_query_language.query'))),
  )?.id;

/** Jobs of Cloud Scheduler. Their bodies are constant, and what they cannot deliver after some tries is gone. */
export const jobsOf = (stacks: TerraformStacks): Schedule[] =>
  blocksOf(stacks, 'google_cloud_scheduler_job')
    .filter(({ body }) => body.paused !== true)
    .map(({ id, stack, body }) => {
      const uri = valueAt(body, 'http_target.uri');
      const workflow = workflowIn(stacks, stack, uri);
      const token = workflow ? 'oauth_token' : 'oidc_token';
      const account = accountIn(stacks, stack, valueAt(body, `http_target.${token}.service_account_email`));
      const input = inputOf(String(valueAt(body, 'http_target.body')), workflow !== undefined);
      const byHand = workflow && assignedIn(stepsOf(workflow), 'byHand');
      return {
        id,
        starts: startableIn(stacks, stack, uri),
        identity: account,
        rights: account === undefined ? undefined : rightsIn(stacks, account, RECEIVER),
        input,
        namesItsTime:
          input.at === undefined && (byHand === undefined || String(byHand.at).includes('sys.now()')),
        deadLetters: undefined,
        lostAlarm:
          alarmOnLog(stacks, 'cloud_scheduler_job', String(body.name)) ?? heartbeatOf(stacks, stack, uri),
        cron: cronIn(body),
      };
    });

/** An alarm that fires when a function has too few answers. */
function heartbeatOf(stacks: TerraformStacks, stack: string, uri: unknown): string | undefined {
  const called = referredIn(stacks, stack, uri, 'google_cloudfunctions2_function');
  return (
    called &&
    alarmOn(
      stacks,
      (query) => query.includes(`service_name="${String(called.body.name)}"`) && / < \d+$/.test(query),
    )
  );
}

function inputOf(body: string, isExecution: boolean): Readonly<Record<string, unknown>> {
  const given = JSON.parse(Buffer.from(body, 'base64').toString()) as Readonly<Record<string, unknown>>;
  return isExecution ? (JSON.parse(String(given.argument)) as typeof given) : given;
}

function cronIn({ schedule, time_zone: zone }: LocatedBlock['body']): string {
  if (!['Etc/UTC', 'UTC'].includes(String(zone))) throw new Error(`schedule in zone ${String(zone)}`);
  return String(schedule);
}

/** Subscriptions to the events of the model, and the trigger on requests for a training. */
export function subscribersOf(stacks: TerraformStacks): Listener[] {
  const pushes = blocksOf(stacks, 'google_pubsub_subscription').filter(
    ({ stack, body }) => body.push_config !== undefined && topicIn(stacks, stack, body.topic) === 'events',
  );
  const triggers = blocksOf(stacks, 'google_eventarc_trigger');
  return [...pushes.flatMap((one) => pushed(stacks, one)), ...triggers.map((one) => triggered(stacks, one))];
}

function pushed(stacks: TerraformStacks, subscription: LocatedBlock): Listener[] {
  const { id, stack, body } = subscription;
  const account = accountIn(stacks, stack, valueAt(body, 'push_config.oidc_token.service_account_email'));
  const types = [...String(body.filter ?? '').matchAll(/attributes\.type = "([^"]+)"/g)];
  return (types.length > 0 ? types.map(([, type = '']) => type) : ['every event']).map((event) => ({
    id,
    event,
    starts: startableIn(stacks, stack, valueAt(body, 'push_config.push_endpoint')),
    identity: account,
    rights: account === undefined ? undefined : rightsIn(stacks, account, RECEIVER),
    input: {},
    namesItsTime: true, // a message has the time of its publication
    deadLetters: deadLettersOf(stacks, subscription),
  }));
}

/** A trigger has a subscription that Eventarc makes, whose name begins with that of the trigger; it keeps no dead letters. */
function triggered(stacks: TerraformStacks, { id, stack, body }: LocatedBlock): Listener {
  const workflow = workflowIn(stacks, stack, valueAt(body, 'destination.workflow'));
  const account = accountIn(stacks, stack, body.service_account);
  const state = workflow ? assignedIn(stepsOf(workflow), 'byMessage') : {};
  const topic = topicIn(stacks, stack, valueAt(body, 'transport.pubsub.topic'));
  const constants = Object.entries(state).filter(([, value]) => !String(value).startsWith('${'));
  return {
    id,
    event: topic === 'retraining' ? 'retraining.requested' : `every message of ${topic}`,
    starts: workflow && runIn(workflow),
    identity: account,
    rights: account === undefined ? undefined : rightsIn(stacks, account, RECEIVER),
    input: Object.fromEntries(constants),
    namesItsTime: String(state.at).includes('publishTime'),
    deadLetters: undefined,
    lostAlarm: alarmOn(
      stacks,
      (query) =>
        query.includes('subscription_oldest_unacked_message_age') &&
        query.includes(`-${String(body.name)}-sub-`),
    ),
  };
}
