import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { longestSec, MONITOR_STEPS, TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import {
  BUSY_WAITS,
  busySec,
  MONITORING_RUN,
  type Plan,
  type PlanEntry,
  type Retry,
  TRAINING_RUN,
} from '../../lambdas/pipeline-plan.ts';

/** A state of the Amazon States Language (states-language.net/spec.html). */
type State = Readonly<Record<string, unknown>>;

type Entry<Kind extends PlanEntry['kind']> = Extract<PlanEntry, { kind: Kind }>;

export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/**
 * Errors that do not depend on the input: those of the Lambda service itself, and a sandbox that ended before its function
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

/** For what the service adds between the states of a watch. */
const MONITOR_SLACK_SEC = 600;

/** The placeholder in a definition for the ARN of a function; the template fills it in. */
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

const retrier = (errors: readonly string[], { attempts, waitSec }: Retry): State => ({
  ErrorEquals: errors,
  IntervalSeconds: waitSec,
  MaxAttempts: attempts - 1,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
});

const retry = (times: Retry) => [retrier([RETRYABLE, ...PASSING_ERRORS], times)];

/** The fields of the state that a function is called with, as JSONPath. */
const fieldsOf = (names: readonly string[]): State =>
  Object.fromEntries(names.map((name) => [`${name}.$`, `$.${name}`]));

/**
 * A run plan as a state machine, entry by entry. A step that fails leads to the plan's end, which returns the lease, and
 * the run fails with the step's failure. The result of a step is kept under its name.
 */
function compilePlan(plan: Plan): Readonly<Record<string, State>> {
  const States: Record<string, State> = {};
  const last = plan.find((entry) => entry.kind === 'end');
  plan.forEach((entry, index) => {
    const next = plan[index + 1];
    const then = next === undefined ? { End: true } : { Next: nameOf(next) };
    if (entry.kind === 'begin') States[nameOf(entry)] = beginState(entry, then);
    if (entry.kind === 'step') States[nameOf(entry)] = stepState(entry, then, last !== undefined);
    if (entry.kind === 'stop-if-data' && next !== undefined)
      States[nameOf(entry)] = {
        Type: 'Choice',
        Choices: [{ Variable: '$.data', BooleanEquals: true, Next: 'End' }],
        Default: nameOf(next),
      };
  });
  return last === undefined ? States : { ...States, ...endStates(last) };
}

/** The state of an entry. */
function nameOf(entry: PlanEntry): string {
  switch (entry.kind) {
    case 'begin':
      return 'Begin';
    case 'step':
      return stateName(entry.name);
    case 'stop-if-data':
      return 'OnlyData';
    case 'end':
      return 'End';
  }
}

function beginState({ retry: times, busy }: Entry<'begin'>, then: State): State {
  return task('lease', FUNCTIONS.lease.needs.timeoutSec, {
    Comment: 'takes the lease; waits while another run of this model holds it',
    Parameters: { action: 'begin', ...fieldsOf(['trigger', 'at', 'data']) },
    Retry: [
      retrier(PASSING_ERRORS, times),
      {
        ErrorEquals: [RETRYABLE],
        IntervalSeconds: busy.firstSec,
        BackoffRate: 2,
        MaxDelaySeconds: busy.longestSec,
        MaxAttempts: busy.count,
      },
    ],
    ...then,
  });
}

function stepState(
  { name, input, retry: times, timeoutSec, does }: Entry<'step'>,
  then: State,
  ends: boolean,
): State {
  return task(name, timeoutSec ?? FUNCTIONS[name].needs.timeoutSec, {
    Comment: does ?? FUNCTIONS[name].does,
    Parameters: fieldsOf(input),
    Retry: retry(times),
    ...(ends && { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'EndFailed' }] }),
    ResultPath: `$.${name.replace('-', '')}`, // a dash needs brackets, which not every interpreter reads
    ...then,
  });
}

function endStates({ retry: times }: Entry<'end'>): Readonly<Record<string, State>> {
  const end = (then: State): State =>
    task('lease', FUNCTIONS.lease.needs.timeoutSec, {
      Comment: 'returns the lease',
      Parameters: { action: 'end', ...fieldsOf(['runId', 'fence']) },
      Retry: retry(times),
      ResultPath: null,
      ...then,
    });
  return {
    End: end({ End: true }),
    // A lease that cannot be returned runs out by itself; the failure of the step is what people must see.
    EndFailed: end({
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Failed' }],
      Next: 'Failed',
    }),
    Failed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
  };
}

/** The training run, which ends in any case once every wait and every step has taken its longest. */
export function compileTrainingPipeline(): StateMachineDefinition {
  return {
    Comment: 'export, prepare, ingest; then train, evaluate, register',
    StartAt: 'Begin',
    TimeoutSeconds: busySec(BUSY_WAITS) + TRAINING_PIPELINE.lease.ttlSec,
    States: compilePlan(TRAINING_RUN),
  };
}

/** Outcomes, then drift and performance. */
export function compileMonitorPipeline(): StateMachineDefinition {
  const times = MONITORING_RUN.flatMap((entry) =>
    entry.kind === 'step' ? [{ timeoutSec: FUNCTIONS[entry.name].needs.timeoutSec, retry: entry.retry }] : [],
  );
  return {
    Comment: 'joins outcomes to predictions, then judges drift and performance',
    StartAt: stateName(MONITOR_STEPS[0]),
    TimeoutSeconds: longestSec(times) + MONITOR_SLACK_SEC,
    States: compilePlan(MONITORING_RUN),
  };
}
