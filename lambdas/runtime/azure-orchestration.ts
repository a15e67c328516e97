/** A run plan as an orchestration of Durable Functions. */

import type { OrchestrationContext, Task } from 'durable-functions';
import { RuntimeFailure } from '../core/errors.ts';
import { type PlanRequest, type PlanRules, planRequests } from '../pipeline-interpreter.ts';
import type { Plan } from '../pipeline-plan.ts';
import type { Logger } from '../ports/logger.ts';
import { type ActivityAnswer, resultOf } from './azure-activity.ts';
import { cloudError } from './cloud-error.ts';

type Fields = Readonly<Record<string, unknown>>;
type Step = IteratorResult<PlanRequest, Fields>;

/** An orchestration as the library takes it, with the state of the run as its result. */
export type PlanOrchestration = (context: OrchestrationContext) => Generator<Task, Fields, unknown>;

const RULES: PlanRules = {
  mayPass: (error) => error instanceof RuntimeFailure && error.retryable,
};

/**
 * The orchestration of a plan. Its input is the start of a run, its result the state of the run. It fails with the JSON
 * `{code, message, fix}` of the step that failed for good, which it logs once as `pipeline.failed`.
 *
 * The host calls it again after each answer, and gives it the answers so far. Only the context knows the time
 * (learn.microsoft.com/azure/azure-functions/durable/durable-functions-code-constraints).
 *
 * An activity has no time-out of its own. `functionTimeout` of host.json ends it, and the orchestration is told that it
 * failed: `TaskActivityShim.cs` of Azure/azure-functions-durable-extension.
 *
 * @param loggerOf - Makes the logger of an invocation; it gets the orchestration's time, ms since 1970.
 */
export const orchestrationOf = (
  plan: Plan,
  loggerOf: (context: OrchestrationContext, now: () => number) => Logger,
): PlanOrchestration =>
  function* (context) {
    const start = context.df.getInput<Fields>();
    try {
      return yield* drive(planRequests(plan, RULES, start), context);
    } catch (error) {
      const failure = cloudError(error);
      if (!context.df.isReplaying)
        loggerOf(context, () => context.df.currentUtcDateTime.getTime()).error('pipeline.failed', {
          ...failure.facts,
          instance: context.df.instanceId,
        });
      throw failure;
    }
  };

function* drive(
  run: Generator<PlanRequest, Fields, unknown>,
  { df }: OrchestrationContext,
): Generator<Task, Fields, unknown> {
  let next: Step = run.next();
  while (!next.done) {
    const request = next.value;
    if ('call' in request) next = yield* call(run, request, df);
    else {
      yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + request.waitSec * 1000));
      next = run.next();
    }
  }
  return next.value;
}

function* call(
  run: Generator<PlanRequest, Fields, unknown>,
  { call: name, input }: Extract<PlanRequest, { readonly call: unknown }>,
  df: OrchestrationContext['df'],
): Generator<Task, Step, unknown> {
  let result: unknown;
  try {
    result = resultOf((yield* activity(df, name, input)) as ActivityAnswer); // of our own activities
  } catch (error) {
    return run.throw(error);
  }
  return run.next(result);
}

/** @throws RuntimeFailure `function/no-answer` where the host ended the activity; one that fails does answer. */
function* activity(
  df: OrchestrationContext['df'],
  name: string,
  input: Fields,
): Generator<Task, unknown, unknown> {
  try {
    return yield df.callActivity(name, input);
  } catch (cause) {
    // The host's text may quote data.
    throw new RuntimeFailure('function/no-answer', `${name} ended without an answer`, {
      retryable: true,
      fix: 'read the last lines of the function: its time or its memory ran out, or its host stopped',
      cause,
    });
  }
}
