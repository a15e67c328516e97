/**
 * The two errors of this project.
 *
 * `InvalidInput` is for what a person wrote (a blueprint, a file, a flag): it carries every problem at once.
 * `RuntimeFailure` is for what happened while running: one code, whether trying again can help, the cause.
 * "Not found" is a value, never an error.
 */

import type { ErrorCode } from './error-codes/index.ts';

/** One thing that is wrong in an input: where it is, what was got, what is allowed, how to correct it. */
export interface Problem {
  /** Stable, kebab-case, `<area>/<what>`: `blueprint/unknown-key`. Never renamed; users search for it. */
  readonly code: ErrorCode;
  /** Path inside the subject, `features.fields[3].name`; empty for the whole. */
  readonly path: string;
  /** Lower case, no final period. */
  readonly message: string;
  readonly got?: string;
  readonly allowed?: string;
  readonly fix?: string;
}

/** Something a person wrote cannot be accepted. All its problems are reported together. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly subject: string;
  readonly problems: readonly Problem[];

  /** @param subject - The rejected input, with its file: `blueprint 'churn' (blueprints/churn.ts)`. */
  constructor(subject: string, problems: readonly Problem[], options?: ErrorOptions) {
    super(`${subject}: ${problems.map(describeProblem).join('; ')}`, options);
    this.subject = subject;
    this.problems = problems;
  }
}

/** `features.version: must be at least 1, got 0 (allowed: 1 to 9999); fix: raise it`. */
export function describeProblem(problem: Problem): string {
  const { path, message, got, allowed, fix } = problem;
  return [
    path === '' ? message : `${path}: ${message}`,
    got === undefined ? '' : `, got ${got}`,
    allowed === undefined ? '' : ` (allowed: ${allowed})`,
    fix === undefined ? '' : `; fix: ${fix}`,
  ].join('');
}

export interface FailureDetails {
  /** True when the same call may succeed later: throttling, a lost connection. */
  readonly retryable?: boolean;
  /** The next step for the user. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** The one error that functions throw at run time. */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure';
  /** Stable, kebab-case, `<area>/<what>`: `model/truncated`, `source/unreachable`. */
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly fix: string | undefined;

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.fix = details.fix;
  }
}
