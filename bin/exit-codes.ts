import type { ErrorArea, ErrorCode, Within } from '../lambdas/core/error-codes/index.ts';
import { InvalidInput, RuntimeFailure } from '../lambdas/core/errors.ts';

/** Meanings of the exit codes, the same for every command. */
export const EXIT = {
  done: 0,
  /** The operation failed: network, data, a bug. */
  failed: 1,
  /** A finding: where a flag asks for it (over budget, drifted), and always where a champion refuses too many requests. */
  finding: 2,
  /** Usage, blueprint or file not accepted. */
  invalid: 3,
  /** A preflight check failed: credentials, bootstrap, quota, permission. */
  preflight: 4,
  /** Not the identity that may confirm it, or not confirmed. */
  notConfirmed: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

// A code, all codes of an area, or a code of any area: each cloud has its own code for refused credentials.
type CodePattern = ErrorCode | `${ErrorArea}/` | `*/${Within<ErrorArea>}`;

/** Codes that mean something else than "it went wrong". */
const MEANINGS: readonly (readonly [code: CodePattern, exit: ExitCode])[] = [
  ['usage/', EXIT.invalid],
  ['registry/not-found', EXIT.invalid],
  ['registry/failed-validation', EXIT.invalid],
  ['registry/rejected', EXIT.invalid],
  ['release/rejected', EXIT.invalid],
  ['release/not-serving', EXIT.invalid],
  ['registry/same-identity', EXIT.notConfirmed],
  ['local/interrupted', EXIT.interrupted],
  ['files/interrupted', EXIT.interrupted],
  ['local/requests-refused', EXIT.finding],
  ['drain/not-confirmed', EXIT.notConfirmed],
  ['drain/retained', EXIT.invalid],
  ['forget/unknown-key', EXIT.invalid],
  ['forget/not-deployed', EXIT.invalid],
  ['*/credentials', EXIT.preflight],
  ['*/wrong-account', EXIT.preflight],
];

/** The exit code an error ends a command with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InvalidInput) return EXIT.invalid;
  if (!(error instanceof RuntimeFailure)) return EXIT.failed;
  const found = MEANINGS.find(([pattern]) => matches(error.code, pattern));
  return found?.[1] ?? EXIT.failed;
}

function matches(code: ErrorCode, pattern: CodePattern): boolean {
  if (pattern.startsWith('*')) return code.endsWith(pattern.slice(1));
  return pattern.endsWith('/') ? code.startsWith(pattern) : code === pattern;
}
