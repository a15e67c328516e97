import type { FunctionName } from '../../lambdas/functions.ts';
import { type PipelineStep, type StepName, TRAINING_PIPELINE, WATCH_STEPS } from '../../lambdas/pipeline.ts';

/** A state of the Amazon States Language (states-language.net/spec.html). */
type State = Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/**
 * Errors of the Lambda service itself, that pass
 * (docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception).
 */
const SERVICE_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
/** The name that the runtime gives to a failure which may pass (lambdas/runtime/aws.ts). */
const RETRYABLE = 'Retryable';

/** How long a run waits for another one that holds the lease: 24 waits, up to ten minutes each, some three and a half hours. */
const BUSY = { IntervalSeconds: 60, BackoffRate: 1.5, MaxAttempts: 24, MaxDelaySeconds: 600 };

/** Over the sum of all steps and the wait for the lease nothing goes on. */
const WAIT_FOR_LEASE_SEC = 4 * 3600;

/** What the definition says instead of the ARN of a function; the template fills it in. */
export const placeholderOf = (name: FunctionName): string =>
  `${name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Arn`;

const task = (name: FunctionName, more: State): State => ({
  Type: 'Task',
  Resource: `\${${placeholderOf(name)}}`,
  ...more,
});

const retry = ({ retry: { attempts, waitSec } }: Pick<PipelineStep, 'retry'>) => [
  {
    ErrorEquals: [RETRYABLE, ...SERVICE_ERRORS],
    IntervalSeconds: waitSec,
    MaxAttempts: attempts - 1,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/** What every step gets: the run, in the words of `PipelineInput`. */
const RUN_INPUT = {
  'runId.$': '$.runId',
  'to.$': '$.to',
  'trigger.$': '$.trigger',
  'fence.$': '$.fence',
};

const stateName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * The training pipeline as a state machine: takes the lease, runs the steps one after the other, and returns the lease
 * on every way out. A run of new data ends after its last step. What a step answers is kept under its name.
 */
export function compileTrainingPipeline(): StateMachineDefinition {
  const { steps, lease } = TRAINING_PIPELINE;
  const States: Record<string, State> = {
    Begin: task('lease', {
      Comment: 'takes the lease; waits while another run of this model holds it',
      Parameters: {
        action: 'begin',
        'trigger.$': '$.trigger',
        'at.$': '$.at',
        'data.$': '$.data',
      },
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: [RETRYABLE, ...SERVICE_ERRORS], ...BUSY, JitterStrategy: 'FULL' }],
      Next: stateName(steps[0].name),
    }),
  };
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    const goesOn =
      next === undefined ? 'End' : step.name === LAST_DATA_STEP ? 'OnlyData' : stateName(next.name);
    States[stateName(step.name)] = task(step.name, {
      Comment: step.does,
      Parameters: RUN_INPUT,
      TimeoutSeconds: step.timeoutSec,
      Retry: retry(step),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'EndFailed' }],
      ResultPath: `$.${step.name}`,
      Next: goesOn,
    });
    if (step.name === LAST_DATA_STEP && next !== undefined)
      States.OnlyData = {
        Type: 'Choice',
        Choices: [{ Variable: '$.data', BooleanEquals: true, Next: 'End' }],
        Default: stateName(next.name),
      };
  });
  const end = (then: State): State =>
    task('lease', {
      Comment: 'returns the lease',
      Parameters: { action: 'end', 'runId.$': '$.runId', 'fence.$': '$.fence' },
      TimeoutSeconds: 60,
      Retry: retry(steps[0]),
      ResultPath: null,
      ...then,
    });
  States.End = end({ End: true });
  // A lease that cannot be returned runs out by itself; the failure of the step is what people must see.
  States.EndFailed = end({
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Failed' }],
    Next: 'Failed',
  });
  States.Failed = {
    Type: 'Fail',
    ErrorPath: '$.failure.Error',
    CausePath: '$.failure.Cause',
  };
  return {
    Comment: 'export, prepare, ingest; then train, evaluate, register',
    StartAt: 'Begin',
    TimeoutSeconds: lease.ttlSec + WAIT_FOR_LEASE_SEC,
    States,
  };
}

const LAST_DATA_STEP: StepName = 'ingest';

/** Outcomes, then drift and performance; each gets the time of the schedule. */
export function compileWatchPipeline(): StateMachineDefinition {
  const entries = WATCH_STEPS.map((name, index): [string, State] => {
    const next = WATCH_STEPS[index + 1];
    return [
      watchState(name),
      task(name, {
        Parameters: { 'at.$': '$.at' },
        TimeoutSeconds: WATCH_TIMEOUT_SEC,
        Retry: retry(WATCH_RETRY),
        ResultPath: `$.${name.replace('-', '')}`,
        ...(next === undefined ? { End: true } : { Next: watchState(next) }),
      }),
    ];
  });
  return {
    Comment: 'joins outcomes to predictions, then judges drift and performance',
    StartAt: watchState(WATCH_STEPS[0]),
    TimeoutSeconds: 2 * 3600,
    States: Object.fromEntries(entries),
  };
}

const WATCH_TIMEOUT_SEC = 900;
const WATCH_RETRY = { retry: { attempts: 3, waitSec: 5 } };
const watchState = (name: (typeof WATCH_STEPS)[number]): string =>
  name === 'ground-truth' ? 'GroundTruth' : 'Monitor';
