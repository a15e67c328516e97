/** A plan as an orchestration of Durable Functions, driven in virtual time. */

import { createSeverityLogger } from '../../lambdas/adapters/shared/severity-logger.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { Plan } from '../../lambdas/pipeline-plan.ts';
import type { ActivityAnswer } from '../../lambdas/runtime/azure-activity.ts';
import { orchestrationOf } from '../../lambdas/runtime/azure-orchestration.ts';
import { driveOrchestration, turnsOf } from '../support/durable-driver.ts';
import { type Behaviour, type Call, Failure, type Run } from './run-machine.ts';

/** Answer of an activity by its behaviour: our runtime's answer to its failures. */
function activityAnswer(behave: () => unknown): ActivityAnswer {
  try {
    return { value: behave() ?? null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { name, message } = error;
    // The rows' own names in place of a code.
    return { failed: { code: name as never, message, fix: 'try it', retryable: name === 'Retryable' } };
  }
}

/** The orchestration of a plan, and the lines that it logs. */
export function loggedOrchestration(plan: Plan) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const handler = orchestrationOf(plan, (context, now) =>
    createSeverityLogger((line) => context.log(line), { now }),
  );
  return { lines, turn: turnsOf(handler, (line) => lines.push(JSON.parse(line))) };
}

/** Runs a plan with functions in this process. */
export async function runOrchestration(
  plan: Plan,
  functions: Readonly<Partial<Record<FunctionName, Behaviour>>>,
  input: unknown,
): Promise<Run & { readonly lines: readonly Readonly<Record<string, unknown>>[] }> {
  const calls: Call[] = [];
  const { lines, turn } = loggedOrchestration(plan);
  const { output, error, waits } = await driveOrchestration({
    turn,
    input,
    activity(name, given) {
      const fields = given as Readonly<Record<string, unknown>>; // of the plan
      const behaviour = functions[name as FunctionName];
      if (behaviour === undefined) throw new Error(`nobody expected a call of ${name}`);
      const state = `${name} ${fields.action ?? ''}`;
      calls.push({ state, name: name as FunctionName, input: fields }); // one of the table
      return activityAnswer(() => behaviour(fields, calls.filter((call) => call.state === state).length));
    },
  });
  if (error === undefined) return { output, calls, waits, lines };
  const { code, message } = JSON.parse(error) as { code: string; message: string };
  return { failure: { error: code, cause: message }, calls, waits, lines };
}
