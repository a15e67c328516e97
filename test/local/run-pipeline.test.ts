import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { SILENT } from '../../lambdas/local/progress.ts';
import { type RunStep, runPipeline } from '../../lambdas/local/run-pipeline.ts';
import { DATA_STEPS, STEPS, type StepName } from '../../lambdas/pipeline.ts';
import type { Logger } from '../../lambdas/ports/index.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import { memoryObjects } from '../stores/crash.ts';

const INPUT = { runId: 'first-1970-01-01', to: '1970-01-01T00:00:00.000Z', trigger: 'first' } as const;

function bench(broken: Partial<Record<StepName, RunStep>> = {}) {
  const logged: string[] = [];
  const log = (event: string) => {
    logged.push(event);
  };
  const logger: Logger = { info: log, warn: log, error: log, with: () => logger };
  const clock = createVirtualClock(0);
  const ports = { objects: memoryObjects(), clock, logger };
  const ran: string[] = [];
  const step = (name: StepName): RunStep =>
    async function run(input, progress) {
      ran.push(`${name} ${input.runId} ${input.fence}`);
      return broken[name]?.(input, progress) ?? 'done';
    };
  const steps = Object.fromEntries(STEPS.map((name) => [name, step(name)])) as Record<StepName, RunStep>; // STEPS are its keys
  const lease = createLease(ports, 'locks/train.json');
  return { ports, clock, ran, logged, lease, run: { ports, steps, progress: SILENT } };
}

/** Fails so many times, then succeeds. */
const failing = (times: number, retryable: boolean): RunStep => {
  let left = times;
  return async () => {
    if (left-- > 0) throw new RuntimeFailure('source/unreachable', 'no connection', { retryable });
    return 'done';
  };
};

describe('runPipeline', () => {
  it('runs the steps in the order of the pipeline, each with the run and its fence', async () => {
    const { run, ran } = bench();
    await runPipeline(run, INPUT);
    expect(ran).toEqual(STEPS.map((name) => `${name} first-1970-01-01 1`));
  });

  it('runs only the named steps', async () => {
    const { run, ran } = bench();
    await runPipeline(run, INPUT, { data: true });
    expect(ran.map((one) => one.split(' ')[0])).toEqual(DATA_STEPS);
  });

  it('gives the lease back, so that the next run gets the next fence', async () => {
    const { run, lease } = bench();
    await runPipeline(run, INPUT);
    expect(await lease.acquire('next', 1000)).toMatchObject({ outcome: 'acquired', fence: 2 });
  });

  it('fails while another run holds the lease, and runs nothing', async () => {
    const { run, ran, lease } = bench();
    await lease.acquire('other', 1000);
    const failure = { code: 'pipeline/busy', retryable: true, message: expect.stringContaining('run other') };
    await expect(runPipeline(run, INPUT)).rejects.toMatchObject(failure);
    expect(ran).toEqual([]);
  });

  it('fails when the holder of the lease is unknown, and keeps the cause', async () => {
    const { run, ports } = bench();
    const cause = new Error('the answer was lost');
    const objects = { ...ports.objects, tryPut: async () => ({ outcome: 'unknown', cause }) as const };
    await expect(runPipeline({ ...run, ports: { ...ports, objects } }, INPUT)).rejects.toMatchObject({
      code: 'pipeline/busy',
      cause: expect.anything(),
    });
  });

  it('retries a retryable failure three times, after 5 s and 10 s', async () => {
    const { run, ran, clock } = bench({ train: failing(2, true) });
    await runPipeline(run, INPUT);
    expect(ran.filter((one) => one.startsWith('train'))).toHaveLength(3);
    expect(clock.now()).toBe(15_000);
  });

  it('fails after three attempts, runs no later step, and gives the lease back', async () => {
    const { run, ran, lease } = bench({ train: failing(3, true) });
    await expect(runPipeline(run, INPUT)).rejects.toMatchObject({ code: 'source/unreachable' });
    expect(ran.some((one) => one.startsWith('evaluate'))).toBe(false);
    expect(await lease.acquire('next', 1000)).toMatchObject({ outcome: 'acquired' });
  });

  it.each([
    ['a failure that waiting cannot mend', failing(1, false)],
    ['a bug', async () => Promise.reject(new TypeError('x is not a function'))],
  ])('does not retry %s', async (_, step: RunStep) => {
    const { run, ran, clock } = bench({ prepare: step });
    await expect(runPipeline(run, INPUT)).rejects.toThrow();
    expect(ran).toHaveLength(2);
    expect(clock.now()).toBe(0);
  });

  it('throws the error of the step even if the lease cannot be given back', async () => {
    const { run, ports, logged } = bench();
    const broken: RunStep = async () => {
      Object.assign(ports.objects, { get: () => Promise.reject(new Error('the disk is gone')) });
      throw new TypeError('the reason');
    };
    const steps = { ...run.steps, train: broken };
    await expect(runPipeline({ ...run, steps }, INPUT)).rejects.toThrow('the reason');
    expect(logged).toContain('lease.kept');
  });
});
