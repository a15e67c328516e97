/** The answer of a Durable activity as data: the orchestration decides about another attempt, which needs the failure. */

import type { ErrorCode } from '../core/error-codes/index.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { AzureContext, AzureRuntime, LoadWork } from './azure.ts';
import { cloudError } from './cloud-error.ts';

/**
 * A result, or a failure. A failure is not thrown: Durable Functions carries an error's text only, and its own retries
 * repeat every error alike (learn.microsoft.com/azure/azure-functions/durable/durable-functions-error-handling).
 */
export type ActivityAnswer = { readonly value: unknown } | { readonly failed: ActivityFailure };

export interface ActivityFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix?: string;
  /** Whether another attempt can succeed. */
  readonly retryable: boolean;
}

/** A handler of an activity, which answers every failure and throws none. */
export const activityHandler =
  (runtime: AzureRuntime, load: LoadWork) =>
  (input: unknown, context: AzureContext): Promise<ActivityAnswer> =>
    runtime.call(context, load, input).then((value) => ({ value: value ?? null }), failedAnswer);

/** An error as the answer of an activity. */
export function failedAnswer(error: unknown): ActivityAnswer {
  const {
    name,
    facts: { code, message, fix },
  } = cloudError(error);
  return { failed: { code, message, ...(fix !== undefined && { fix }), retryable: name === 'Retryable' } };
}

/**
 * Returns the result in an answer.
 *
 * @throws RuntimeFailure with the code of the activity's failure
 */
export function resultOf(answer: ActivityAnswer): unknown {
  if (!('failed' in answer)) return answer.value;
  const { code, message, ...details } = answer.failed;
  throw new RuntimeFailure(code, message, details);
}
