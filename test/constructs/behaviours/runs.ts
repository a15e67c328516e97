/** The behaviours of runs: their steps, and everything that starts them. */

import { CRON_FIELD_NAMES, CRON_FIELDS, cronFields, cronNumbers } from '../../../constructs/config/cron.ts';
import { canProbe } from '../../../constructs/shared/can-probe.ts';
import { MONITOR_STEPS, STEPS } from '../../../lambdas/pipeline.ts';
import { checkEach, together } from '../../policy/check.ts';
import { type Check, differs, sameMembers } from './check.ts';
import type { Rights, RunName, Start, Startable, TemplateReader } from './reader.ts';

/** Steps of each plan; the lease is taken before a training and returned after it. */
const PLANS: Readonly<Record<RunName, readonly string[]>> = {
  training: ['lease', ...STEPS, 'lease'],
  monitoring: MONITOR_STEPS,
};

const stepsOfThePlan: Check = (reader) => {
  const runs = reader.runs();
  return together(
    sameMembers(
      'runs',
      runs.map(({ name }) => name),
      Object.keys(PLANS),
    ),
    checkEach(runs, ({ name, steps }) => [
      differs('has the steps', steps.join(', '), (name ? PLANS[name] : []).join(', ')),
    ]),
  );
};

/** Everything that is more than these starts. */
function beyond(rights: Rights, starts: readonly (string | undefined)[]): (string | undefined)[] {
  const { reads, writes, lists, deletes, calls, others } = rights;
  const wanted = [...new Set(starts)].sort().join(', ');
  return [
    differs('may start', [...rights.starts].sort().join(', '), wanted),
    ...[...reads, ...writes, ...lists, ...deletes].map((prefix) => `may use '${prefix}' of the store`),
    ...[...calls, ...others].map((right) => `may ${right}`),
  ];
}

const runCallsItsFunctions: Check = (reader) =>
  checkEach(reader.runs(), ({ name, identity, rights }) => [
    identity === undefined && 'has no identity',
    ...beyond(rights, name ? PLANS[name] : []),
  ]);

const startsIn = (reader: TemplateReader): readonly Start[] => [...reader.schedules(), ...reader.listeners()];

/** Everything that the identity of a start has to start. */
function startsBy({ starts, identity }: Start, reader: TemplateReader): readonly (string | undefined)[] {
  const { starters, runs } = reader.coarse;
  const own = starters ? startsIn(reader).filter((one) => one.identity === identity) : [];
  const all: (string | undefined)[] = [starts, ...own.map((one) => one.starts)];
  const isRun = (one: string | undefined) => one !== undefined && one in PLANS;
  return runs && all.some(isRun) ? [...all, ...Object.keys(PLANS)] : all;
}

const startsOneThing: Check = (reader) =>
  checkEach(startsIn(reader), (start) => [
    start.starts === undefined && 'starts nothing',
    ...(start.rights ? beyond(start.rights, startsBy(start, reader)) : []),
    start.identity !== undefined && start.rights === undefined && 'has an identity without rights',
  ]);

/** The numbers of each field, so that two ways to write one schedule are equal. */
const expanded = (cron: string): string =>
  CRON_FIELD_NAMES.map((name) => {
    const numbers = cronNumbers(cronFields(cron)[name], CRON_FIELDS[name]);
    return [...new Set([...numbers].map((one) => (name === 'weekday' ? one % 7 : one)))].sort(
      (a, b) => a - b,
    );
  }).join(' ');

/** A text for each start, to compare: its time or event, and the constant part of its input. */
const shown = (when: string, input: Start['input']): string =>
  `${when} with ${JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)))}`;

type Wanted = readonly (readonly [cron: string | undefined, input: Start['input']])[];

const scheduled =
  (target: Startable, wantedOf: (config: Parameters<Check>[1]) => Wanted): Check =>
  (reader, config) => {
    const got = reader.schedules().filter(({ starts }) => starts === target);
    const wanted = wantedOf(config).flatMap(([cron, input]) =>
      cron === undefined ? [] : [shown(expanded(cron), input)],
    );
    return together(
      sameMembers(
        target,
        got.map(({ cron, input }) => shown(expanded(cron), input)),
        wanted,
      ),
      checkEach(got, ({ namesItsTime }) => [!namesItsTime && 'leaves the planned time out']),
    );
  };

const EVERY_MINUTE = '* * * * *';
const EVERY_FIVE_MINUTES = '*/5 * * * *';
const SCHEDULED: readonly (Startable | undefined)[] = [
  'training',
  'monitoring',
  'batch-score',
  'release',
  'probe',
];

const nothingElseByTime: Check = (reader) =>
  checkEach(reader.schedules(), ({ starts }) => [!SCHEDULED.includes(starts) && `starts ${starts}`]);

const onEvent =
  (event: string, target: Startable, input: Start['input']): Check =>
  (reader) => {
    const got = reader.listeners().filter((one) => one.event === event);
    return sameMembers(
      event,
      got.map((one) => `${one.starts} ${shown(event, one.input)}`),
      [`${target} ${shown(event, input)}`],
    );
  };

const EVENTS: Readonly<Record<string, Startable>> = {
  'retraining.requested': 'training',
  'version.approved': 'release',
  'release.moved': 'probe',
  'probe.failed': 'release',
};

const nothingElseByEvent: Check = (reader) =>
  checkEach(reader.listeners(), ({ event, starts }) => [
    (starts === undefined || EVENTS[event] !== starts) && `starts ${starts} on ${event}`,
  ]);

const keepsWhatIsLost: Check = (reader) =>
  checkEach(startsIn(reader), ({ deadLetters, lostAlarm }) => [
    deadLetters === undefined && lostAlarm === undefined && 'loses a start that cannot be delivered',
  ]);

export const RUN_BEHAVIOURS = {
  'a run has the steps of its plan, in order': stepsOfThePlan,
  'a run may call its own functions, and nothing else': runCallsItsFunctions,
  'training starts at the schedules of the blueprint': scheduled('training', ({ model }) => [
    [model.source.schedule, { trigger: 'new-data', data: true }],
    [model.training.schedule, { trigger: 'schedule', data: false }],
    [model.retraining.on.schedule, { trigger: 'schedule', data: false }],
  ]),
  'monitoring starts at the schedule of the blueprint': scheduled('monitoring', ({ model }) => [
    [model.monitoring.schedule, {}],
  ]),
  'batch scoring starts at the schedule of the blueprint': scheduled('batch-score', ({ model }) => [
    [model.serving.batch?.schedule, {}],
  ]),
  'the release controller starts each minute': scheduled('release', () => [[EVERY_MINUTE, { kind: 'tick' }]]),
  'a model that callers ask is probed every five minutes': scheduled('probe', (config) => [
    [canProbe(config) ? EVERY_FIVE_MINUTES : undefined, {}],
  ]),
  'nothing else starts by a schedule': nothingElseByTime,
  'a request for retraining starts a training of all steps': onEvent('retraining.requested', 'training', {
    data: false,
  }),
  'an approved version is released': onEvent('version.approved', 'release', {}),
  'a model that callers ask is probed after each promotion': (reader, config) =>
    canProbe(config) ? onEvent('release.moved', 'probe', {})(reader, config) : together(),
  'a version that fails its probe is taken back': (reader, config) =>
    canProbe(config) ? onEvent('probe.failed', 'release', {})(reader, config) : together(),
  'nothing else starts by an event of the model': nothingElseByEvent,
  'a start may start one thing, and nothing else': startsOneThing,
  'a start that cannot be delivered is kept, or raises an alarm': keepsWhatIsLost,
} as const satisfies Readonly<Record<string, Check>>;
