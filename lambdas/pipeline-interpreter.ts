/** The reference interpreter of run plans: a compiled plan makes the same calls, in the same order, on every cloud. */

import type { Plan, PlanEntry, PlanFunction, Retry } from './pipeline-plan.ts';
import { busyWaitSec } from './pipeline-plan.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A request of a running plan to the place that it runs in. */
export type PlanRequest =
  /** Calls a function; the plan goes on with its result or its error. */
  { readonly call: PlanFunction; readonly input: Fields } | { readonly waitSec: number };

/** Rules of the place that a plan runs in. */
export interface PlanRules {
  /** Whether a failure may pass, so that the call is worth another attempt. */
  mayPass(error: unknown): boolean;
  /** Reports an attempt that failed, before the wait for the next one. */
  onRetry?(name: PlanFunction, attempt: number, error: unknown): void;
}

/** The place that a plan runs in. */
export interface PlanHost extends PlanRules {
  /** Calls a function and returns its result. */
  call(name: PlanFunction, input: Fields): Promise<unknown>;
  sleep(ms: number): Promise<void>;
}

type Run<Result> = Generator<PlanRequest, Result, unknown>;
type Entry<Kind extends PlanEntry['kind']> = Extract<PlanEntry, { kind: Kind }>;

/**
 * Runs a plan in one process.
 *
 * @param start - The start of a run: `PipelineStart` of a training, `at` of a monitoring.
 * @returns the state of the run: the result of its beginning, and of each step under the step's name
 * @throws the error of the call that failed for good
 */
export async function interpretPlan(plan: Plan, host: PlanHost, start: Fields): Promise<Fields> {
  const run = planRequests(plan, host, start);
  let next = run.next();
  while (!next.done) {
    let answer: unknown;
    try {
      const request = next.value;
      answer =
        'call' in request
          ? await host.call(request.call, request.input)
          : await host.sleep(request.waitSec * 1000);
    } catch (error) {
      next = run.throw(error);
      continue;
    }
    next = run.next(answer);
  }
  return next.value;
}

/**
 * The requests of a plan: entry after entry, each call with its attempts. The lease is returned on every way out, and a
 * step's failure matters more than a lease that could not be returned.
 *
 * The same answers lead to the same requests. So a service that replays a run from its history can drive it.
 *
 * @returns as {@link interpretPlan}
 */
export function* planRequests(plan: Plan, rules: PlanRules, start: Fields): Run<Fields> {
  let state: Fields = start;
  try {
    for (const entry of plan) {
      if (entry.kind === 'begin') state = yield* begin(rules, entry, start);
      else if (entry.kind === 'step') state = { ...state, [entry.name]: yield* runStep(rules, entry, state) };
      else if (entry.kind === 'stop-if-data' && state.data === true) break;
    }
  } catch (error) {
    if (state !== start) yield* endQuietly(plan, rules, state);
    throw error;
  }
  yield* end(plan, rules, state);
  return state;
}

function* begin(rules: PlanRules, { busy }: Entry<'begin'>, { trigger, at, data }: Fields): Run<Fields> {
  const request = { call: 'lease', input: { action: 'begin', trigger, at, data } } as const;
  const waitSecOf = (nth: number) => busyWaitSec(busy, nth);
  return (yield* withAttempts(rules, request, busy.count + 1, waitSecOf)) as Fields; // of the lease's function
}

const runStep = (rules: PlanRules, { name, input, retry }: Entry<'step'>, state: Fields): Run<unknown> =>
  withRetry(
    rules,
    { call: name, input: Object.fromEntries(input.map((field) => [field, state[field]])) },
    retry,
  );

function* end(plan: Plan, rules: PlanRules, { runId, fence }: Fields): Run<void> {
  for (const entry of plan)
    if (entry.kind === 'end')
      yield* withRetry(rules, { call: 'lease', input: { action: 'end', runId, fence } }, entry.retry);
}

function* endQuietly(plan: Plan, rules: PlanRules, state: Fields): Run<void> {
  try {
    yield* end(plan, rules, state);
  } catch {
    // The lease runs out by itself.
  }
}

type Call = Extract<PlanRequest, { readonly call: PlanFunction }>;

const withRetry = (rules: PlanRules, call: Call, { attempts, waitSec }: Retry): Run<unknown> =>
  withAttempts(rules, call, attempts, (nth) => waitSec * 2 ** nth);

function* withAttempts(
  rules: PlanRules,
  call: Call,
  attempts: number,
  waitSecOf: (nth: number) => number,
): Run<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return yield call;
    } catch (error) {
      if (attempt >= attempts || !rules.mayPass(error)) throw error;
      rules.onRetry?.(call.call, attempt, error);
    }
    yield { waitSec: waitSecOf(attempt - 1) };
  }
}
