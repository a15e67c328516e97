import { describe, expect, it } from 'vitest';
import {
  compileMonitorPipeline,
  compileTrainingPipeline,
  type StateMachineDefinition,
} from '../../constructs/aws/compile-pipeline.ts';
import {
  type CompiledWorkflow,
  compileMonitorWorkflow,
  compileTrainingWorkflow,
} from '../../constructs/gcp/compile-workflow.ts';
import { interpretPlan } from '../../lambdas/pipeline-interpreter.ts';
import { MONITORING_RUN, type Plan, TRAINING_RUN } from '../../lambdas/pipeline-plan.ts';
import { differences, ROWS, type RunRow } from './behaviours.ts';
import { type Call, Failure, runMachine } from './run-machine.ts';
import { runOrchestration } from './run-orchestration.ts';
import { runWorkflow, URLS } from './run-workflow.ts';

const MACHINES = { training: compileTrainingPipeline(), monitoring: compileMonitorPipeline() };
const WORKFLOWS = { training: compileTrainingWorkflow(URLS), monitoring: compileMonitorWorkflow(URLS) };
const PLANS = { training: TRAINING_RUN, monitoring: MONITORING_RUN };

/** Step Functions, by an interpreter of its language. */
const stepFunctions =
  (machines: Readonly<Record<'training' | 'monitoring', StateMachineDefinition>> = MACHINES): RunRow =>
  ({ plan, start }, functions) =>
    runMachine(machines[plan], functions, start);

/** Cloud Workflows, by an interpreter of what our compiler writes. */
const cloudWorkflows =
  (workflows: Readonly<Record<'training' | 'monitoring', CompiledWorkflow>> = WORKFLOWS): RunRow =>
  ({ plan, start }, functions) =>
    runWorkflow(workflows[plan], functions, start);

/** Durable Functions, by the replay engine of its library. */
const durable =
  (plans: Readonly<Record<'training' | 'monitoring', Plan>> = PLANS): RunRow =>
  ({ plan, start }, functions) =>
    runOrchestration(plans[plan], functions, start);

/** One process, without waiting between the attempts. */
const inProcess =
  (plans: Readonly<Record<'training' | 'monitoring', Plan>> = PLANS, mayPass = isRetryable): RunRow =>
  async ({ plan, start }, functions) => {
    const calls: Call[] = [];
    const waits: number[] = [];
    const counts = new Map<string, number>();
    const host = {
      async call(name: Call['name'], input: Readonly<Record<string, unknown>>) {
        calls.push({ state: name, name, input });
        const key = `${name} ${input.action ?? ''}`; // a state of its own for each action of the lease
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return functions[name]?.(input, counts.get(key) ?? 1);
      },
      mayPass,
      async sleep(ms: number) {
        waits.push(ms / 1000);
      },
    };
    try {
      return { output: await interpretPlan(plans[plan], host, start), calls, waits };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { failure: { error: error.name, cause: error.message }, calls, waits };
    }
  };

function isRetryable(error: unknown): boolean {
  return error instanceof Failure && error.name === 'Retryable';
}

describe.each([
  ['Step Functions', stepFunctions()],
  ['Cloud Workflows', cloudWorkflows()],
  ['Durable Functions', durable()],
  ['the interpreter', inProcess()],
])('a plan on %s', (_, place) => {
  it.each(ROWS)('behaves in $plan as expected: $name', async (row) => {
    expect(await differences(row, place)).toBe('');
  });
});

describe('the comparison of behaviours', () => {
  const failed = async (place: RunRow) => {
    const found = await Promise.all(ROWS.map((row) => differences(row, place)));
    return ROWS.filter((_, index) => found[index] !== '').map(({ name }) => name);
  };

  it('detects a machine that goes on after the steps of data', async () => {
    const { training, monitoring } = MACHINES;
    const States = {
      ...training.States,
      OnlyData: {
        ...training.States.OnlyData,
        Choices: [{ Variable: '$.data', BooleanEquals: false, Next: 'End' }],
      },
    };
    expect(
      (await failed(stepFunctions({ monitoring, training: { ...training, States } }))).length,
    ).toBeGreaterThan(5);
  });

  it('detects a workflow that keeps the lease, waits too long or takes every failure for retryable', async () => {
    const planted = (text: string, other: string) => {
      const source = JSON.stringify(WORKFLOWS.training.source);
      expect(source).toContain(text);
      const training = { ...WORKFLOWS.training, source: JSON.parse(source.replaceAll(text, other)) };
      return failed(cloudWorkflows({ ...WORKFLOWS, training }));
    };
    expect(await planted('"action":"end"', '"action":"begin"')).toContain('every step runs under the lease');
    expect(await planted('"max_delay":600', '"max_delay":900')).toEqual([
      'a run waits for a lease that another one holds',
      'a run that never gets the lease ends after all its waits',
    ]);
    expect(await planted('== 503', '== 500')).toContain('train fails for good, and the lease is returned');
  });

  it('detects an orchestration that keeps the lease, or that waits too long for it', async () => {
    const change = (other: (entry: Plan[number]) => readonly Plan[number][]) =>
      failed(durable({ ...PLANS, training: TRAINING_RUN.flatMap(other) }));
    expect(await change((entry) => (entry.kind === 'end' ? [] : [entry]))).toContain(
      'every step runs under the lease',
    );
    const slower = (entry: Plan[number]) =>
      entry.kind === 'begin' ? { ...entry, busy: { ...entry.busy, longestSec: 900 } } : entry;
    expect(await change((entry) => [slower(entry)])).toEqual([
      'a run waits for a lease that another one holds',
      'a run that never gets the lease ends after all its waits',
    ]);
  });

  it('detects an interpreter that keeps the lease, or that takes every failure for retryable', async () => {
    const withoutEnd = TRAINING_RUN.filter(({ kind }) => kind !== 'end');
    expect(await failed(inProcess({ ...PLANS, training: withoutEnd }))).toContain(
      'every step runs under the lease',
    );
    expect(await failed(inProcess(PLANS, () => true))).toContain(
      'train fails for good, and the lease is returned',
    );
  });
});
