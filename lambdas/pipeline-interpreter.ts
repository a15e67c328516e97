/** The reference interpreter of run plans: a compiled plan makes the same calls, in the same order, on every cloud. */

import type { Plan, PlanEntry, PlanFunction, Retry } from './pipeline-plan.ts';
import { busyWaitSec } from './pipeline-plan.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The place that a plan runs in. */
export interface PlanHost {
  /** Calls a function and returns its result. */
  call(name: PlanFunction, input: Fields): Promise<unknown>;
  /** Whether a failure may pass, so that the call is worth another attempt. */
  mayPass(error: unknown): boolean;
  sleep(ms: number): Promise<void>;
  /** Reports an attempt that failed, before the wait for the next one. */
  onRetry?(name: PlanFunction, attempt: number, error: unknown): void;
}

type Step = Extract<PlanEntry, { kind: 'step' }>;

/**
 * Runs a plan: entry after entry, each call with its attempts. The lease is returned on every way out, and a step's
 * failure matters more than a lease that could not be returned.
 *
 * @param start - The start of a run: `PipelineStart` of a training, `at` of a monitoring.
 * @returns the state of the run: the result of its beginning, and of each step under the step's name
 * @throws the error of the call that failed for good
 */
export async function interpretPlan(plan: Plan, host: PlanHost, start: Fields): Promise<Fields> {
  let state: Fields = start;
  try {
    for (const entry of plan) {
      if (entry.kind === 'begin') state = await begin(host, entry, start);
      else if (entry.kind === 'step') state = { ...state, [entry.name]: await runStep(host, entry, state) };
      else if (entry.kind === 'stop-if-data' && state.data === true) break;
    }
  } catch (error) {
    if (state !== start) await end(plan, host, state).catch(() => {}); // the lease runs out by itself
    throw error;
  }
  await end(plan, host, state);
  return state;
}

async function begin(
  host: PlanHost,
  { busy }: Extract<PlanEntry, { kind: 'begin' }>,
  { trigger, at, data }: Fields,
): Promise<Fields> {
  const call = () => host.call('lease', { action: 'begin', trigger, at, data });
  return (await withAttempts(host, 'lease', busy.count + 1, (nth) => busyWaitSec(busy, nth), call)) as Fields; // of the lease's function
}

const runStep = (host: PlanHost, { name, input, retry }: Step, state: Fields): Promise<unknown> =>
  withRetry(host, name, retry, () =>
    host.call(name, Object.fromEntries(input.map((field) => [field, state[field]]))),
  );

async function end(plan: Plan, host: PlanHost, { runId, fence }: Fields): Promise<void> {
  for (const entry of plan)
    if (entry.kind === 'end')
      await withRetry(host, 'lease', entry.retry, () => host.call('lease', { action: 'end', runId, fence }));
}

const withRetry = (
  host: PlanHost,
  name: PlanFunction,
  { attempts, waitSec }: Retry,
  call: () => Promise<unknown>,
) => withAttempts(host, name, attempts, (nth) => waitSec * 2 ** nth, call);

async function withAttempts(
  host: PlanHost,
  name: PlanFunction,
  attempts: number,
  waitSecOf: (nth: number) => number,
  call: () => Promise<unknown>,
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || !host.mayPass(error)) throw error;
      host.onRetry?.(name, attempt, error);
      await host.sleep(waitSecOf(attempt - 1) * 1000);
    }
  }
}
