import { InvalidInput, RuntimeFailure } from '../lambdas/core/errors.ts';

/** What the exit code of every command means. */
export const EXIT = {
  done: 0,
  /** The operation failed: network, data, a bug. */
  failed: 1,
  /** Something was found, where a flag asks for that to count. */
  finding: 2,
  /** Usage, blueprint or file not accepted. */
  invalid: 3,
  /** Declined, or a question could not be asked. */
  notConfirmed: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Failures that mean "what you asked for cannot be accepted" rather than "it went wrong". */
const INVALID_AREAS = ['usage/', 'registry/not-found', 'registry/failed-validation', 'registry/rejected'];

/** The exit code an error ends a command with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InvalidInput) return EXIT.invalid;
  if (error instanceof RuntimeFailure && INVALID_AREAS.some((area) => error.code.startsWith(area)))
    return EXIT.invalid;
  return EXIT.failed;
}
