/**
 * The apps that the functions run in on Azure, as data: one archive, one site and one identity each.
 * `lambdas/apps/<app>.ts` registers exactly these triggers; their names are in the portal. test/functions starts each
 * archive and compares it with this table.
 */

import { FUNCTIONS, type FunctionName } from './functions.ts';
import { MONITOR_STEPS, STEPS } from './pipeline.ts';

/** The setting with a schedule in NCRONTAB, six fields in UTC. */
export type ScheduleSetting =
  `MLOPS_SCHEDULE_${'NEW_DATA' | 'TRAINING' | 'RETRAINING' | 'TICK' | 'MONITORING' | 'BATCH_SCORE' | 'EXPORT' | 'PROBE'}`;

/** A function in the words of Azure: a name that is unique in its app, and what calls it. */
export type AppTrigger =
  | { readonly kind: 'orchestration'; readonly name: string }
  | { readonly kind: 'activity'; readonly name: FunctionName }
  /** Messages of the queue of the same name in the app's own storage account. */
  | { readonly kind: 'queue'; readonly name: typeof EVENTS_QUEUE.name }
  /** Registered only where the app has the setting. */
  | { readonly kind: 'timer'; readonly name: string; readonly setting: ScheduleSetting }
  /** Behind the platform's authentication. */
  | {
      readonly kind: 'http';
      readonly name: FunctionName | 'rollback';
      readonly route: string;
      readonly methods: readonly AppMethod[];
    };

export type AppMethod = (typeof METHODS)[number];

/** Methods that the platform hands on; the scoring service itself refuses those that a path does not have. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export interface AppSpec {
  /** Present tense, for people who look at a list of apps. */
  readonly does: string;
  /** Its size is that of the largest, its rights are those of all. */
  readonly functions: readonly FunctionName[];
  readonly triggers: readonly AppTrigger[];
  /** Longest invocation, in seconds. */
  readonly timeoutSec: number;
}

/** The queue of events in an app's own storage account. */
export const EVENTS_QUEUE = {
  name: 'events',
  /**
   * Tries of a message; after the last one it goes to the queue `events-poison`
   * (learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages).
   */
  attempts: 5,
} as const;

const EVENTS = { kind: 'queue', name: EVENTS_QUEUE.name } as const;

const timer = (name: string, setting: ScheduleSetting): AppTrigger => ({ kind: 'timer', name, setting });
const post = (name: 'approve' | 'rollback'): AppTrigger => ({
  kind: 'http',
  name,
  route: name,
  methods: ['POST'],
});

/** An app has each name once, so a timer cannot have the orchestration's. */
const PIPELINE_TIMERS: readonly AppTrigger[] = [
  timer('new-data-timer', 'MLOPS_SCHEDULE_NEW_DATA'),
  timer('training-timer', 'MLOPS_SCHEDULE_TRAINING'),
  timer('retraining-timer', 'MLOPS_SCHEDULE_RETRAINING'),
];

/** Each invocation runs one function. */
const longestOf = (names: readonly FunctionName[]): number =>
  Math.max(...names.map((name) => FUNCTIONS[name].needs.timeoutSec));

/**
 * Far longer than a request takes: a time-out ends the process, with every other request in it
 * (`WebScriptHostExceptionHandler.cs` of github.com/Azure/azure-functions-host).
 */
const SCORING_SEC = 60;

/** One invocation runs both, one after the other. */
const MONITORING_SEC = MONITOR_STEPS.reduce((sum, name) => sum + FUNCTIONS[name].needs.timeoutSec, 0);

/** These need a request: one answers it, the other asks who made it. */
export type AnswersRequests = 'score' | 'approve';

/** A message of a queue is enough for the others. */
const CALLED_ALONE = (Object.keys(FUNCTIONS) as FunctionName[]) // the keys of a constant
  .filter((name): name is Exclude<FunctionName, AnswersRequests> => name !== 'score' && name !== 'approve');

export const APPS = {
  pipeline: {
    does: 'trains the model, and keeps two trainings apart',
    functions: ['lease', ...STEPS],
    timeoutSec: longestOf(['lease', ...STEPS]),
    triggers: [
      { kind: 'orchestration', name: 'training' },
      ...(['lease', ...STEPS] as const).map((name): AppTrigger => ({ kind: 'activity', name })),
      EVENTS,
      ...PIPELINE_TIMERS,
    ],
  },
  scoring: {
    does: 'answers scoring requests',
    functions: ['score'],
    timeoutSec: SCORING_SEC,
    triggers: [{ kind: 'http', name: 'score', route: '{*path}', methods: METHODS }],
  },
  release: {
    does: 'moves the release pointer, by approvals, failed probes and evidence',
    functions: ['release', 'approve'],
    timeoutSec: longestOf(['release', 'approve']),
    triggers: [timer('tick', 'MLOPS_SCHEDULE_TICK'), EVENTS, post('rollback'), post('approve')],
  },
  monitor: {
    does: 'collects outcomes, tests drift and performance, and requests a retraining',
    functions: MONITOR_STEPS,
    timeoutSec: MONITORING_SEC,
    triggers: [timer('monitoring', 'MLOPS_SCHEDULE_MONITORING')],
  },
  batch: {
    does: 'scores the newest rows and delivers them ranked',
    functions: ['batch-score'],
    timeoutSec: longestOf(['batch-score']),
    triggers: [timer('batch-score', 'MLOPS_SCHEDULE_BATCH_SCORE')],
  },
  export: {
    does: 'copies the query result from the database to CSV files',
    functions: ['export'],
    timeoutSec: longestOf(['export']),
    triggers: [timer('export', 'MLOPS_SCHEDULE_EXPORT')],
  },
  probe: {
    does: 'asks the scoring API for an answer that is known',
    functions: ['probe'],
    timeoutSec: longestOf(['probe']),
    triggers: [timer('probe', 'MLOPS_SCHEDULE_PROBE'), EVENTS],
  },
  function: {
    does: 'runs the one function that the setting MLOPS_FUNCTION names',
    functions: CALLED_ALONE,
    timeoutSec: longestOf(CALLED_ALONE),
    triggers: [EVENTS],
  },
} as const satisfies Readonly<Record<string, AppSpec>>;

export type AppName = keyof typeof APPS;
