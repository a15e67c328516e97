import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import {
  MONITORING_RUN,
  type Plan,
  type PlanEntry,
  type Retry,
  TRAINING_RUN,
} from '../../lambdas/pipeline-plan.ts';
import {
  ANSWER,
  type CallInput,
  callOf,
  PREDICATES,
  variableOf,
  type Waits,
  whenAllowed,
} from './workflow-calls.ts';
import {
  DONE,
  expression,
  failWith,
  keepAnswer,
  type NamedStep,
  type StartField,
  startOfRun,
  stateField,
  stateFrom,
  type WorkflowSource,
} from './workflow-source.ts';

type Entry<Kind extends PlanEntry['kind']> = Extract<PlanEntry, { kind: Kind }>;

/** URLs of functions, as the template writes them: each may be a reference that is resolved at deployment. */
export type FunctionUrls = Readonly<Partial<Record<FunctionName, string>>>;

/** A run plan for Cloud Workflows. */
export interface CompiledWorkflow {
  /**
   * The definition. It holds no reference of the template, so all of its JSON is to be escaped: every `${` in it is an
   * expression of Workflows.
   */
  readonly source: WorkflowSource;
  /**
   * Environment variables that the definition reads: the URL of each function that it calls. At most 20, each value at
   * most 4 KiB, no name begins with GOOGLE or WORKFLOWS
   * (cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows, `userEnvVars`).
   */
  readonly variables: Readonly<Record<string, string>>;
}

const FAILURE = 'failure';
const STEP_FAILURE = 'stepFailure';

const waitsOf = ({ attempts, waitSec }: Retry): Waits => ({ times: attempts - 1, firstSec: waitSec });

const leaseCall = (input: CallInput, waits: Waits) =>
  callOf('lease', FUNCTIONS.lease.needs.timeoutSec, input, waits);

function beginSteps({ busy: { count, firstSec, longestSec } }: Entry<'begin'>): readonly NamedStep[] {
  const begin = leaseCall(
    { constants: { action: 'begin' }, fields: ['trigger', 'at', 'data'] },
    { times: count, firstSec, longestSec },
  );
  return [whenAllowed('begin', begin), stateFrom(ANSWER)];
}

function stepSteps({ name, input, retry, timeoutSec }: Entry<'step'>, first: boolean): readonly NamedStep[] {
  const step = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()); // no dash in a variable
  const { needs } = FUNCTIONS[name];
  const call = callOf(name, timeoutSec ?? needs.timeoutSec, { fields: input }, waitsOf(retry));
  return [first ? whenAllowed(step, call) : { [step]: call }, keepAnswer(step, ANSWER)];
}

const endCall = ({ retry }: Entry<'end'>) =>
  leaseCall({ constants: { action: 'end' }, fields: ['runId', 'fence'] }, waitsOf(retry));

/** The steps of a plan. Those that a run of new data leaves out lie inside a condition, so that nothing jumps. */
function workSteps([entry, ...rest]: Plan, first: boolean): readonly NamedStep[] {
  if (entry === undefined) return [];
  if (entry.kind === 'step') return [...stepSteps(entry, first), ...workSteps(rest, false)];
  if (entry.kind !== 'stop-if-data') return workSteps(rest, first);
  const condition = expression(`${stateField('data')} != true`);
  return [{ unlessOnlyData: { switch: [{ condition, steps: workSteps(rest, first) }] } }];
}

/** Work under the lease. When a call fails, the lease is returned, or else runs out by itself, and the run fails. */
const underLease = (work: readonly NamedStep[], end: Entry<'end'>): readonly NamedStep[] => [
  {
    work: {
      try: { steps: work },
      except: {
        as: STEP_FAILURE,
        steps: [
          {
            leaseReturnedOnFailure: {
              ...endCall(end),
              except: { as: 'lost', steps: [{ runsOut: { assign: [{ lost: null }] } }] },
            },
          },
          { workFailed: { raise: expression(STEP_FAILURE) } },
        ],
      },
    },
  },
  { leaseReturned: endCall(end) },
];

function compile(plan: Plan, fields: readonly StartField[], urls: FunctionUrls): CompiledWorkflow {
  const begin = plan.find((entry) => entry.kind === 'begin');
  const end = plan.find((entry) => entry.kind === 'end');
  const work = workSteps(plan, begin === undefined);
  const steps = [
    startOfRun(fields),
    ...(begin ? beginSteps(begin) : []),
    ...(end ? underLease(work, end) : work),
    DONE,
  ];
  const pipeline = { try: { steps }, except: { as: FAILURE, steps: failWith(FAILURE) } };
  return {
    source: { main: { params: ['event'], steps: [{ pipeline }] }, ...PREDICATES },
    variables: variablesOf(plan, urls),
  };
}

function variablesOf(plan: Plan, urls: FunctionUrls): Readonly<Record<string, string>> {
  const called = plan.flatMap((entry): readonly FunctionName[] =>
    entry.kind === 'begin' ? ['lease'] : entry.kind === 'step' ? [entry.name] : [],
  );
  const missing = called.filter((name) => urls[name] === undefined);
  if (missing.length > 0)
    throw new Error(
      `a workflow calls ${called.join(', ')}, and has no URL of ${missing.join(', ')}; give the URL of each function`,
    );
  return Object.fromEntries(called.map((name) => [variableOf(name), urls[name] ?? '']));
}

/**
 * The training run. Its argument is `{trigger, data, at?}` or the CloudEvent of a Pub/Sub message with the attribute
 * `trigger`. Its result is the state of the run: that of the lease, and the answer of each step under its name.
 *
 * @throws Error where a function of the plan has no URL
 */
export const compileTrainingWorkflow = (urls: FunctionUrls): CompiledWorkflow =>
  compile(TRAINING_RUN, ['trigger', 'at', 'data'], urls);

/**
 * Outcomes, then drift and performance. Its argument is `{at?}`.
 *
 * @throws Error where a function of the plan has no URL
 */
export const compileMonitorWorkflow = (urls: FunctionUrls): CompiledWorkflow =>
  compile(MONITORING_RUN, ['at'], urls);

/**
 * The body of a request that starts an execution: its argument is JSON as a text, of at most 32 KB
 * (cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions).
 */
export const executionRequest = (argument: Readonly<Record<string, string | boolean>>): string =>
  JSON.stringify({ argument: JSON.stringify(argument) });
