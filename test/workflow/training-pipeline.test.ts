import { describe, expect, it } from 'vitest';
import { compileTrainingPipeline } from '../../constructs/aws/compile-pipeline.ts';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { FUNCTIONS } from '../../lambdas/functions.ts';
import { beginRun, endRun } from '../../lambdas/lease/lease.ts';
import { type PipelineStart, STEPS, type StepName, TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import type { Logger } from '../../lambdas/ports/logger.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import { createFakeObjects } from '../support/fake-objects.ts';
import {
  type Behaviour,
  deployed,
  errorsOf,
  Failure,
  type Retrier,
  type Run,
  runMachine,
  waitsOf,
} from './run-machine.ts';

const START = { trigger: 'demand', at: '2026-03-01T02:00:00Z', data: false };
const RUN = { runId: 'demand-1', to: '2026-03-01T02:00:00.000Z', trigger: 'demand', fence: 7 };
const END = { action: 'end', runId: 'demand-1', fence: 7 };

const lease: Behaviour = ({ action, data }) => (action === 'begin' ? { ...RUN, data } : {});
const answering: Readonly<Record<string, Behaviour>> = Object.fromEntries(
  STEPS.map((step) => [step, () => ({ said: step })]),
);

const train = (change: Partial<Record<StepName | 'lease', Behaviour>> = {}, start = START): Promise<Run> =>
  runMachine(compileTrainingPipeline(), { lease, ...answering, ...change }, start);
const namesOf = ({ calls }: Run) => calls.map(({ name }) => name);
const _ends = ({ calls }: Run) =>
  calls.filter(({ input }) => (input as { readonly action?: string }).action === 'end');

/** What the service itself fails with, or a sandbox that ended before its function. */
const PASSING = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
];

describe('the training pipeline as a state machine', () => {
  it('is valid Amazon States Language in JSONPath', () => {
    const definition = compileTrainingPipeline();
    expect(errorsOf(definition)).toEqual([]);
    expect(JSON.stringify(definition)).not.toContain('QueryLanguage');
    expect(JSON.stringify(deployed(definition))).not.toContain('${');
  });

  it('fails the validator when a state leads nowhere', () => {
    const { States, ...rest } = compileTrainingPipeline();
    const { Train: _, ...others } = States;
    expect(errorsOf({ ...rest, States: others })).not.toEqual([]);
  });

  it('takes the lease, runs every step in order with the same run, and returns the lease once', async () => {
    const run = await train();
    expect(namesOf(run)).toEqual(['lease', ...STEPS, 'lease']);
    expect(run.calls[0]?.input).toEqual({ action: 'begin', ...START });
    for (const { name, input } of run.calls.slice(1, -1))
      expect({ name, input }).toEqual({ name, input: RUN });
    expect(run.calls.at(-1)?.input).toEqual(END);
    const answers = Object.fromEntries(STEPS.map((step) => [step, { said: step }]));
    expect(run.output).toEqual({ ...RUN, data: false, ...answers });
  });

  it.each(PASSING)('retries a step after %s', async (error) => {
    const run = await train({
      train: (_, nth) => {
        if (nth === 1) throw new Failure(error);
        return {};
      },
    });
    expect(run.failure).toBeUndefined();
    expect(namesOf(run).filter((name) => name === 'train')).toHaveLength(2);
  });
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const retriersOf = (state: Readonly<Record<string, unknown>> | undefined) =>
  (state?.Retry ?? []) as Retrier[];

describe('a run with the lease taken', () => {
  const { States, TimeoutSeconds } = compileTrainingPipeline();
  const busy = retriersOf(States.Begin).find(({ ErrorEquals }) => String(ErrorEquals) === 'Retryable');

  /** The machine on the real lease; the clock goes on by each wait of the definition. */
  function setUp() {
    const clock = createVirtualClock(Date.parse(START.at));
    const logger: Logger = { info() {}, warn() {}, error() {}, with: () => logger };
    const objects = createFakeObjects({ cloud: 's3', clock });
    const ports = { clock, objects, logger };
    const waits = waitsOf(busy);
    const leased: Behaviour = async (input, nth) => {
      if (input.action === 'end') return endRun(ports, input as never).then(() => ({})); // the machine's own input
      try {
        return await beginRun(ports, input as unknown as PipelineStart); // the machine's own input
      } catch (error) {
        clock.advanceTo(clock.now() + (waits[nth - 1] ?? 0) * 1000);
        throw new Failure('Retryable', String(error));
      }
    };
    return { ports, leased, other: createLease(ports, 'locks/train.json') };
  }

  it('waits until the other run has returned it', async () => {
    const { ports, leased, other } = setUp();
    const held = await other.acquire('schedule-1', TRAINING_PIPELINE.lease.ttlSec * 1000);
    expect(held.outcome).toBe('acquired');
    const run = await train({
      lease: async (input, nth) => {
        if (input.action === 'begin' && nth === 5) await other.release('schedule-1', 1);
        return leased(input, nth);
      },
    });
    expect(run.failure).toBeUndefined();
    expect(run.calls.filter(({ state }) => state === 'Begin')).toHaveLength(5);
    expect(run.output).toMatchObject({ runId: 'demand-20260301t020000000z', fence: 2 });
    expect(await createLease(ports, 'locks/train.json').acquire('next', 1000)).toMatchObject({
      outcome: 'acquired',
    });
  });

  it('outlasts the lease of a run that was stopped and never returned it', async () => {
    const { leased, other } = setUp();
    await other.acquire('stopped', TRAINING_PIPELINE.lease.ttlSec * 1000);
    const run = await train({ lease: leased });
    expect(run.failure).toBeUndefined();
    expect(run.output).toMatchObject({ fence: 2 });
  });

  it('waits without jitter and outlasts every lease', () => {
    expect(busy).not.toHaveProperty('JitterStrategy');
    expect(sum(waitsOf(busy))).toBeGreaterThanOrEqual(TRAINING_PIPELINE.lease.ttlSec);
  });

  it('may still run all its steps within the time of the execution', () => {
    expect(TimeoutSeconds).toBeGreaterThanOrEqual(sum(waitsOf(busy)) + TRAINING_PIPELINE.lease.ttlSec);
  });

  it('holds the lease for as long as every attempt of every step can take', () => {
    const longest = STEPS.map((step) => {
      const state = States[step.charAt(0).toUpperCase() + step.slice(1)];
      const waits = waitsOf(retriersOf(state)[0]);
      return (waits.length + 1) * Number(state?.TimeoutSeconds) + sum(waits);
    });
    expect(longest).toHaveLength(6);
    expect(sum(longest)).toBeLessThan(TRAINING_PIPELINE.lease.ttlSec);
  });

  it('gives no task less time than its function may run', () => {
    for (const step of STEPS) {
      const state = States[step.charAt(0).toUpperCase() + step.slice(1)];
      expect(Number(state?.TimeoutSeconds)).toBeGreaterThan(FUNCTIONS[step].needs.timeoutSec);
    }
    expect(Number(States.Begin?.TimeoutSeconds)).toBeGreaterThan(FUNCTIONS.lease.needs.timeoutSec);
  });
});
