import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import {
  DATA_STEPS,
  longestSec,
  type PipelineStep,
  TRAINING_PIPELINE,
  WATCH_STEPS,
} from '../../lambdas/pipeline.ts';

/** A state of the Amazon States Language (states-language.net/spec.html). */
type State = Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/**
 * What says nothing about the input: errors of the Lambda service itself, and a sandbox that ended before its function
 * did, out of memory or of time. A step that is delivered twice has the effect of once, so each is worth another try
 * (docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html).
 */
const PASSING_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
];
/** The name that the runtime gives to a failure which may pass (lambdas/runtime/cloud-error.ts). */
const RETRYABLE = 'Retryable';

/** A task outlasts its function by this, so that no second attempt runs beside a first that is still at work. */
const GRACE_SEC = 15;

const LEASE_RETRY = { attempts: 3, waitSec: 5 } as const;
const WATCH_RETRY = { attempts: 3, waitSec: 5 } as const;
/** For what the service adds between the states of a watch. */
const WATCH_SLACK_SEC = 600;

/**
 * How a run waits for another one that holds the lease: one minute, two, four, eight, then ten by ten. The waits are not
 * shortened by chance: they must outlast the lease of a run that was stopped and never gave it back.
 */
const BUSY = { IntervalSeconds: 60, BackoffRate: 2, MaxDelaySeconds: 600 } as const;
/** Waits that are shorter than the longest: 60, 120, 240, 480 s. */
const SHORT_WAITS = 4;
const SHORT_WAITS_SEC = 900;

/** What the definition says instead of the ARN of a function; the template fills it in. */
export const placeholderOf = (name: FunctionName): string => `${stateName(name)}Arn`;

/** `GroundTruth` for `ground-truth`. */
const stateName = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

const task = (name: FunctionName, timeoutSec: number, more: State): State => ({
  Type: 'Task',
  Resource: `\${${placeholderOf(name)}}`,
  TimeoutSeconds: timeoutSec + GRACE_SEC,
  ...more,
});

const retrier = (errors: readonly string[], { attempts, waitSec }: PipelineStep['retry']): State => ({
  ErrorEquals: errors,
  IntervalSeconds: waitSec,
  MaxAttempts: attempts - 1,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
});

const retry = (times: PipelineStep['retry']) => [retrier([RETRYABLE, ...PASSING_ERRORS], times)];

/** What every step gets: the run, in the words of `PipelineInput`. */
const RUN_INPUT = {
  'runId.$': '$.runId',
  'to.$': '$.to',
  'trigger.$': '$.trigger',
  'fence.$': '$.fence',
};

/**
 * The training pipeline as a state machine: takes the lease, runs the steps one after the other, and returns the lease
 * on every way out. A run of new data ends after its last step. What a step answers is kept under its name.
 */
export function compileTrainingPipeline(): StateMachineDefinition {
  const { steps, lease } = TRAINING_PIPELINE;
  const longWaits = Math.ceil(lease.ttlSec / BUSY.MaxDelaySeconds);
  const States: Record<string, State> = {
    Begin: task('lease', FUNCTIONS.lease.timeoutSec, {
      Comment: 'takes the lease; waits while another run of this model holds it',
      Parameters: { action: 'begin', 'trigger.$': '$.trigger', 'at.$': '$.at', 'data.$': '$.data' },
      Retry: [
        retrier(PASSING_ERRORS, LEASE_RETRY),
        { ErrorEquals: [RETRYABLE], ...BUSY, MaxAttempts: SHORT_WAITS + longWaits },
      ],
      Next: stateName(steps[0].name),
    }),
  };
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    const isLastOfData = step.name === DATA_STEPS.at(-1);
    const goesOn = next === undefined ? 'End' : isLastOfData ? 'OnlyData' : stateName(next.name);
    States[stateName(step.name)] = task(step.name, step.timeoutSec, {
      Comment: step.does,
      Parameters: RUN_INPUT,
      Retry: retry(step.retry),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'EndFailed' }],
      ResultPath: `$.${step.name}`,
      Next: goesOn,
    });
    if (isLastOfData && next !== undefined)
      States.OnlyData = {
        Type: 'Choice',
        Choices: [{ Variable: '$.data', BooleanEquals: true, Next: 'End' }],
        Default: stateName(next.name),
      };
  });
  const end = (then: State): State =>
    task('lease', FUNCTIONS.lease.timeoutSec, {
      Comment: 'returns the lease',
      Parameters: { action: 'end', 'runId.$': '$.runId', 'fence.$': '$.fence' },
      Retry: retry(LEASE_RETRY),
      ResultPath: null,
      ...then,
    });
  States.End = end({ End: true });
  // A lease that cannot be returned runs out by itself; the failure of the step is what people must see.
  States.EndFailed = end({
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Failed' }],
    Next: 'Failed',
  });
  States.Failed = { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' };
  return {
    Comment: 'export, prepare, ingest; then train, evaluate, register',
    StartAt: 'Begin',
    // Over the wait for the lease and the sum of all steps nothing goes on.
    TimeoutSeconds: SHORT_WAITS_SEC + longWaits * BUSY.MaxDelaySeconds + lease.ttlSec,
    States,
  };
}

/** Outcomes, then drift and performance; each gets the time of the schedule. */
export function compileWatchPipeline(): StateMachineDefinition {
  const times = WATCH_STEPS.map((name) => ({ timeoutSec: FUNCTIONS[name].timeoutSec, retry: WATCH_RETRY }));
  const entries = WATCH_STEPS.map((name, index): [string, State] => {
    const next = WATCH_STEPS[index + 1];
    return [
      stateName(name),
      task(name, FUNCTIONS[name].timeoutSec, {
        Comment: FUNCTIONS[name].does,
        Parameters: { 'at.$': '$.at' },
        Retry: retry(WATCH_RETRY),
        ResultPath: `$.${name.replace('-', '')}`, // a dash needs brackets, which not every interpreter reads
        ...(next === undefined ? { End: true } : { Next: stateName(next) }),
      }),
    ];
  });
  return {
    Comment: 'joins outcomes to predictions, then judges drift and performance',
    StartAt: stateName(WATCH_STEPS[0]),
    TimeoutSeconds: longestSec(times) + WATCH_SLACK_SEC,
    States: Object.fromEntries(entries),
  };
}
