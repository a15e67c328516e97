import type { ErrorCode } from '../lambdas/core/error-codes/index.ts';
import { InvalidInput, type Problem, RuntimeFailure } from '../lambdas/core/errors.ts';
import { hintOfCause, systemError } from './system-errors.ts';

/** One diagnostic of the `--json` document. */
export interface Diagnostic {
  /** Stable, `<area>/<what>`. */
  readonly code: ErrorCode;
  readonly severity: 'error';
  /** The failure and its reason. */
  readonly message: string;
  /** Place inside the subject: a field, a flag, a line. */
  readonly path?: string;
  /** The next step. */
  readonly hint?: string;
}

/** Returns the diagnostics of an error for the person who typed the command. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof InvalidInput)
    return error.problems.map((problem) => describe({ ...problem, subject: error.subject }));
  if (error instanceof RuntimeFailure) {
    const { code, message, fix = hintOfCause(error) ?? `mlops explain ${code}` } = error;
    return [{ code, severity: 'error', message, hint: fix }];
  }
  const refused = systemError(error);
  if (refused !== undefined) return [{ severity: 'error', ...refused }];
  return [
    {
      code: 'internal/unexpected',
      severity: 'error',
      message: error instanceof Error ? error.message : String(error),
      hint: 'run again with --verbose and report what it prints',
    },
  ];
}

/** A problem of the whole subject names it; a problem inside it has a path. */
function describe({
  code,
  path,
  message,
  got,
  allowed,
  fix,
  subject,
}: Problem & { readonly subject: string }): Diagnostic {
  const text = [
    path === '' ? `${subject}: ${message}` : message,
    got === undefined ? '' : `, got ${got}`,
    allowed === undefined ? '' : ` (allowed: ${allowed})`,
  ].join('');
  return {
    code,
    severity: 'error',
    message: text,
    ...(path !== '' && { path: `${subject}: ${path}` }),
    ...(fix !== undefined && { hint: fix }),
  };
}
