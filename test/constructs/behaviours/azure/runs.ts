import type { ScheduleSetting } from '../../../../lambdas/apps.ts';
import { settingsOf, sitesOf } from '../../../policy/azure/check.ts';
import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../../support/terraform/located.ts';
import type { Listener, Run, Schedule, Start, Startable } from '../reader.ts';
import { alertsOn } from './alerts.ts';
import { archiveOf } from './archives.ts';
import { appIn, principalOf, referredOn, startedByQueue } from './names.ts';
import { rightsOn } from './rights.ts';

const NO_RIGHTS = { reads: [], writes: [], lists: [], deletes: [], calls: [], starts: [], others: [] };

/** Both runs: the orchestration of the app `pipeline` and the timer of `monitor`. Their steps are code of the apps. */
export const runsIn = (stacks: TerraformStacks): Run[] =>
  sitesOf(stacks).flatMap((site): Run[] => {
    const app = appIn(stacks, site);
    const hasHub = archiveOf(stacks, site)?.body.taskHub !== undefined;
    const name = app === 'monitor' ? 'monitoring' : app === 'pipeline' && hasHub ? 'training' : undefined;
    return name === undefined
      ? []
      : [{ id: `${site.id}/${name}`, name, identity: undefined, steps: [], rights: NO_RIGHTS }];
  });

/** Things that timers start, with the constant part of their input, by the setting of the schedule (`lambdas/apps`). */
const TIMERS: Readonly<Record<ScheduleSetting, readonly [Startable, Start['input']]>> = {
  MLOPS_SCHEDULE_NEW_DATA: ['training', { trigger: 'new-data', data: true }],
  MLOPS_SCHEDULE_TRAINING: ['training', { trigger: 'schedule', data: false }],
  MLOPS_SCHEDULE_RETRAINING: ['training', { trigger: 'schedule', data: false }],
  MLOPS_SCHEDULE_TICK: ['release', { kind: 'tick' }],
  MLOPS_SCHEDULE_MONITORING: ['monitoring', {}],
  MLOPS_SCHEDULE_BATCH_SCORE: ['batch-score', {}],
  MLOPS_SCHEDULE_EXPORT: ['export', {}],
  MLOPS_SCHEDULE_PROBE: ['probe', {}],
};

/** Timers of apps: the host starts a function of its own, so that there is no identity between. */
export const timersOf = (stacks: TerraformStacks): Schedule[] =>
  sitesOf(stacks).flatMap((site) =>
    Object.entries(TIMERS).flatMap(([setting, [starts, input]]): Schedule[] => {
      const schedule = settingsOf(site).get(setting);
      if (schedule === undefined) return [];
      return [
        {
          id: `${site.id}/${setting}`,
          starts,
          identity: undefined,
          rights: undefined,
          input,
          namesItsTime: true, // the app takes the minute of the timer
          deadLetters: undefined,
          lostAlarm: lostAlarmOf(stacks, site, setting),
          cron: cronOf(schedule),
        },
      ];
    }),
  );

/** The cron of five fields behind NCRONTAB, whose first field is the second. */
function cronOf(schedule: string): string {
  const [second, ...fields] = schedule.split(' ');
  if (second !== '0' || fields.length !== 5) throw new Error(`a schedule '${schedule}'`);
  return fields.join(' ');
}

/** `new-data-timer` for `MLOPS_SCHEDULE_NEW_DATA`, and the names of timers that are alone in their app. */
const timerNames = (setting: string): string[] => {
  const name = setting.replace('MLOPS_SCHEDULE_', '').toLowerCase().replaceAll('_', '-');
  return [name, `${name}-timer`];
};

/** The alarm on failed calls of a timer, or on an app that is called too seldom. */
function lostAlarmOf(stacks: TerraformStacks, site: LocatedBlock, setting: string): string | undefined {
  return alertsOn(stacks).find(({ query, emails }) => {
    if (emails.length === 0 || !query.includes(`AppRoleName =~ '${String(site.body.name)}'`)) return false;
    if (/\| where \w+ < \d+$/m.test(query)) return true;
    const [, names] = /\| where OperationName in~? \(([^)]*)\)/.exec(query) ?? [];
    const covers = names === undefined || timerNames(setting).some((name) => names.includes(`'${name}'`));
    return covers && /failed = countif\(not\(Success\)\)\n\| where failed > 0$/m.test(query);
  })?.id;
}

/** Subscriptions to the events of the model. The topic's own identity puts them into queues. */
export const subscriptionsOf = (stacks: TerraformStacks): Listener[] =>
  blocksOf(stacks, 'azurerm_eventgrid_event_subscription').flatMap((one) => {
    const { id, stack, body } = one;
    const topic = referredOn(stacks, stack, body.scope, 'azurerm_eventgrid_topic');
    const principal = topic && `${topic.type}.${topic.name}`;
    const starts = startedByQueue(stacks, stack, valueAt(body, 'storage_queue_endpoint.queue_name'));
    const types = valuesAt(body, 'included_event_types').flat().map(String);
    return (types.length > 0 ? types : ['every event']).map((event) => ({
      id,
      event,
      starts,
      identity: valueAt(body, 'delivery_identity.type') === 'SystemAssigned' ? principal : undefined,
      rights: principal === undefined ? undefined : rightsOn(stacks, principal),
      input: starts === 'training' ? { data: false } : {}, // an event without `data` starts all steps
      namesItsTime: isCloudEvent(one),
      deadLetters: keptBy(stacks, one, principal),
    }));
  });

/** A CloudEvent has the time of its publication. */
const isCloudEvent = ({ body }: LocatedBlock): boolean =>
  body.event_delivery_schema === 'CloudEventSchemaV1_0';

/** The container that a subscription keeps in what it could not deliver, if the topic may write there. */
function keptBy(stacks: TerraformStacks, { body }: LocatedBlock, principal = ''): string | undefined {
  const name = valueAt(body, 'storage_blob_dead_letter_destination.storage_blob_container_name');
  const account = String(valueAt(body, 'storage_blob_dead_letter_destination.storage_account_id'));
  const container = blocksOf(stacks, 'azurerm_storage_container').find((one) => one.body.name === name);
  const mayWrite = blocksOf(stacks, 'azurerm_role_assignment').some(
    (one) =>
      one.body.role_definition_name === 'Storage Blob Data Contributor' &&
      principalOf(one.body.principal_id) === principal &&
      one.body.scope === `${account}/blobServices/default/containers/${String(name)}`,
  );
  return mayWrite ? container?.id : undefined;
}
