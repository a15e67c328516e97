import { InvalidInput, type Problem, RuntimeFailure } from '../lambdas/core/errors.ts';

/** One diagnostic of the `--json` document. */
export interface Diagnostic {
  /** Stable, `<area>/<what>`. */
  readonly code: string;
  readonly severity: 'error';
  /** What failed and why. */
  readonly message: string;
  /** Where, inside the subject: a field, a flag, a line. */
  readonly path?: string;
  /** What to do next. */
  readonly hint?: string;
}

/** What the file system's refusals mean, and what to do. */
const FILE_ERRORS: Readonly<Record<string, readonly [code: string, words: string, hint: string]>> = {
  EACCES: ['files/forbidden', 'permission denied', 'choose a folder that you may write to with --cwd'],
  EPERM: ['files/forbidden', 'permission denied', 'choose a folder that you may write to with --cwd'],
  EROFS: ['files/forbidden', 'the file system is read-only', 'choose another folder with --cwd'],
  ENOSPC: ['files/full', 'the disk is full', 'make room, or choose another folder with --cwd'],
  EEXIST: ['files/not-a-folder', 'a file is where a folder is needed', 'choose another folder with --cwd'],
  ENOTDIR: ['files/not-a-folder', 'a file is where a folder is needed', 'choose another folder with --cwd'],
};

/** What an error means to whoever typed the command. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof InvalidInput)
    return error.problems.map((problem) => describe({ ...problem, subject: error.subject }));
  if (error instanceof RuntimeFailure) {
    const { code, message, fix: hint } = error;
    return [{ code, severity: 'error', message, ...(hint !== undefined && { hint }) }];
  }
  const { code: errno = '', path = '' }: NodeJS.ErrnoException =
    error instanceof Error ? error : new Error(String(error));
  const known = FILE_ERRORS[errno];
  if (known !== undefined) {
    const [code, words, hint] = known;
    return [{ code, severity: 'error', message: `${path}: ${words}`, hint }];
  }
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
