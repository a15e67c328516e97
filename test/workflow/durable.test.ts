import type { OrchestrationContext, OrchestrationHandler } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { beginRun, endRun } from '../../lambdas/lease/lease.ts';
import { type PipelineStart, STEPS, TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import { BUSY_WAITS, busySec, type Plan, TRAINING_RUN } from '../../lambdas/pipeline-plan.ts';
import type { Logger } from '../../lambdas/ports/logger.ts';
import { failedAnswer } from '../../lambdas/runtime/azure-activity.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import {
  ActivityEnded,
  driveOrchestration,
  NotDeterministic,
  type RunTurn,
  turnsOf,
} from '../support/durable-driver.ts';
import { createFakeObjects } from '../support/fake-objects.ts';
import { Failure } from './run-machine.ts';
import { loggedOrchestration, runOrchestration } from './run-orchestration.ts';

const START = { trigger: 'demand', at: '2026-03-01T02:00:00Z', data: false };
const RUN = { runId: 'demand-1', to: '2026-03-01T02:00:00.000Z', trigger: 'demand', fence: 7 };
const SUCCESS = {
  lease: () => ({ ...RUN, data: false }),
  ...Object.fromEntries(STEPS.map((name) => [name, () => ({ done: name })])),
};
const fails = (name: string, message: string) => () => {
  throw new Failure(name, message);
};
const names = (activities: readonly { readonly name: string }[]) => activities.map(({ name }) => name);
/** An activity of a good run. */
const succeeds = (name: string) => ({ value: name === 'lease' ? { ...RUN, data: false } : { done: name } });

describe('an orchestration', () => {
  it('results in the state of the run, with the answer of each step, and logs nothing', async () => {
    const { output, lines } = await runOrchestration(TRAINING_RUN, SUCCESS, START);
    const answers = Object.fromEntries(STEPS.map((step) => [step, { done: step }]));
    expect(output).toEqual({ ...RUN, data: false, ...answers });
    expect(lines).toEqual([]);
  });

  it('logs a run that failed for good once, with the code, the message and the fix', async () => {
    const functions = { ...SUCCESS, train: fails('Permanent', 'for good') };
    const { failure, lines } = await runOrchestration(TRAINING_RUN, functions, START);
    expect(failure).toEqual({ error: 'Permanent', cause: 'for good' });
    expect(lines).toEqual([
      {
        level: 'error',
        severity: 'ERROR',
        time: '2026-03-01T02:00:30.250Z',
        event: 'pipeline.failed',
        code: 'Permanent',
        message: 'for good',
        fix: 'try it',
        instance: 'run',
      },
    ]);
  });

  it('outlasts the lease of a run that was stopped and never returned it', async () => {
    const clock = createVirtualClock(Date.parse(START.at));
    const logger: Logger = { info() {}, warn() {}, error() {}, with: () => logger };
    const ports = { clock, objects: createFakeObjects({ cloud: 's3', clock }), logger };
    await createLease(ports, 'locks/train.json').acquire('stopped', TRAINING_PIPELINE.lease.ttlSec * 1000);
    const { output, error, waits } = await driveOrchestration({
      turn: loggedOrchestration(TRAINING_RUN).turn,
      input: START,
      now: clock.now(),
      before: async (_, now) => clock.advanceTo(now),
      async activity(name, input) {
        if (name !== 'lease') return succeeds(name);
        const given = input as PipelineStart & Parameters<typeof endRun>[1] & { action: string }; // of the plan
        try {
          return { value: await (given.action === 'end' ? endRun(ports, given) : beginRun(ports, given)) };
        } catch (failure) {
          return failedAnswer(failure);
        }
      },
    });
    expect(error).toBeUndefined();
    expect(output).toMatchObject({ runId: 'demand-20260301t020000000z', fence: 2 });
    const waited = waits.reduce((sum, one) => sum + one, 0);
    expect(waited).toBeGreaterThan(TRAINING_PIPELINE.lease.ttlSec);
    expect(waited).toBeLessThanOrEqual(busySec(BUSY_WAITS));
  });
});

describe('an activity that its host ended', () => {
  const endTrain = async (times: number) => {
    const { lines, turn } = loggedOrchestration(TRAINING_RUN);
    let calls = 0;
    const run = await driveOrchestration({
      turn,
      input: START,
      activity(name) {
        if (name === 'train') {
          calls += 1;
          // The text of WebJobs' FunctionTimeoutException, with a row's value in it.
          if (calls <= times) throw new ActivityEnded('Timeout value of 00:15:00 was exceeded: 4711-secret');
        }
        return succeeds(name);
      },
    });
    return { ...run, lines };
  };

  it('is tried again, as a failure that may pass', async () => {
    const { output, waits, activities } = await endTrain(2);
    expect(output).toMatchObject({ train: { done: 'train' } });
    expect(waits).toEqual([5, 10]);
    expect(names(activities).filter((name) => name === 'train')).toHaveLength(3);
  });

  it('fails the run after all its attempts, and the lease is returned', async () => {
    const { error, activities, lines } = await endTrain(3);
    expect(JSON.parse(error ?? '')).toEqual({
      code: 'function/no-answer',
      message: 'train ended without an answer',
      fix: expect.stringContaining('memory'),
    });
    expect(names(activities).slice(-2)).toEqual(['train', 'lease']);
    expect(lines.map(({ event, code }) => [event, code])).toEqual([
      ['pipeline.failed', 'function/no-answer'],
    ]);
    expect(JSON.stringify([error, lines])).not.toContain('4711');
  });
});

describe('the driver of orchestrations', () => {
  const drive = (turn: RunTurn) =>
    driveOrchestration({ turn, input: START, activity: (name) => succeeds(name) });

  it.each<[string, OrchestrationHandler]>([
    [
      'reads the clock of the machine',
      function* ({ df }: OrchestrationContext) {
        yield df.createTimer(new Date(Date.now() + 60_000));
        yield df.callActivity('train');
      },
    ],
    [
      'throws dice',
      function* ({ df }: OrchestrationContext) {
        yield df.callActivity('train', { seed: Math.random() });
        yield df.callActivity('register');
      },
    ],
    [
      'calls another function at its second turn',
      function* ({ df }: OrchestrationContext) {
        yield df.callActivity(df.currentUtcDateTime.getTime() && calls++ > 0 ? 'train' : 'export');
        yield df.callActivity('register');
      },
    ],
  ])('detects an orchestration that %s', async (_, handler) => {
    calls = 0;
    await expect(drive(turnsOf(handler))).rejects.toThrow(NotDeterministic);
  });

  it('detects a plan that changed while its run was under way', async () => {
    const [begin, ...rest] = TRAINING_RUN;
    const changed: Plan = [begin, ...rest.slice(1)].filter((entry) => entry !== undefined);
    const [before, after] = [loggedOrchestration(TRAINING_RUN).turn, loggedOrchestration(changed).turn];
    let turns = 0;
    const deployed: RunTurn = (turn) => {
      turns += 1;
      return turns < 4 ? before(turn) : after(turn);
    };
    await expect(drive(deployed)).rejects.toThrow(NotDeterministic);
  });

  it('fails for an orchestration that waits for what nobody sends', async () => {
    const handler: OrchestrationHandler = function* ({ df }: OrchestrationContext) {
      yield df.waitForExternalEvent('approval');
    };
    await expect(drive(turnsOf(handler))).rejects.toThrow('an action of type 6');
  });
});

let calls = 0;
