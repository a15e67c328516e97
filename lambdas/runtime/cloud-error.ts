/** A failure in the words that a cloud's workflow retries by. */

import type { ErrorCode } from '../core/error-codes/index.ts';
import { InvalidInput, RuntimeFailure } from '../core/errors.ts';

/** Facts of a failure for people and logs. */
export interface FailureFacts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix?: string;
  /** Location of an unexpected error: the innermost frames of its stack. */
  readonly at?: string;
}

/** A failure as it leaves a function: its name says whether to try again, its message is JSON `{code, message, fix}`. */
export class CloudError extends Error {
  override readonly name: 'Retryable' | 'Permanent';
  readonly facts: FailureFacts;

  constructor(name: CloudError['name'], facts: FailureFacts, cause: unknown) {
    const { code, message, fix } = facts;
    super(JSON.stringify({ code, message, fix }), { cause });
    this.name = name;
    this.facts = facts;
  }
}

/** Reports only the class and location of an unexpected error, because its message may quote data. */
export function cloudError(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  if (error instanceof RuntimeFailure) {
    const { code, message, fix, retryable } = error;
    return new CloudError(
      retryable ? 'Retryable' : 'Permanent',
      { code, message, ...(fix !== undefined && { fix }) },
      error,
    );
  }
  if (error instanceof InvalidInput) {
    const code = error.problems[0]?.code ?? 'input/invalid';
    return new CloudError('Permanent', { code, message: error.message }, error);
  }
  const kind = error instanceof Error ? error.name : typeof error;
  const facts: FailureFacts = {
    code: 'function/unexpected',
    message: `unexpected ${kind}`,
    at: framesOf(error),
  };
  return new CloudError('Permanent', facts, error);
}

const FRAMES = 5;

/** A stack without the message that stands above its frames. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return '';
  const { stack, message } = error;
  const below = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const frames = below.split('\n').map((line) => line.trim());
  return frames
    .filter((line) => line.startsWith('at '))
    .slice(0, FRAMES)
    .join('; ');
}
