import pc from 'picocolors';
import { InvalidInput, type Problem, RuntimeFailure } from '../lambdas/core/errors.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';

/** One diagnostic of the `--json` document. */
interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
}

/** The one document that `--json` prints on standard output. */
export interface Envelope {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: ExitCode;
  readonly data: unknown;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a command answers: data for `--json`, and the same for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: string;
  /** `finding` where a flag asks for it; done by default. */
  readonly exitCode?: ExitCode;
}

export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Data goes to standard output, everything else to standard error. */
export function printAnswer(streams: Streams, command: string, answer: Answer, json: boolean): ExitCode {
  const exitCode = answer.exitCode ?? EXIT.done;
  if (json)
    printEnvelope(streams, {
      schemaVersion: 1,
      command,
      ok: true,
      exitCode,
      data: answer.data,
      diagnostics: [],
    });
  else if (answer.text !== '') streams.stdout.write(`${answer.text}\n`);
  return exitCode;
}

/** What failed, where, why, and what to do; a stack only with `--verbose`. */
export function printError(
  streams: Streams,
  command: string,
  error: unknown,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): ExitCode {
  const exitCode = exitCodeOf(error);
  const diagnostics = diagnosticsOf(error);
  if (json)
    printEnvelope(streams, { schemaVersion: 1, command, ok: false, exitCode, data: null, diagnostics });
  else {
    if (error instanceof InvalidInput) {
      const count = error.problems.length;
      streams.stderr.write(
        `${pc.red('✖')} ${error.subject}: ${count} ${count === 1 ? 'problem' : 'problems'}\n`,
      );
    }
    for (const one of diagnostics) {
      const mark = error instanceof InvalidInput ? ' ' : pc.red('✖');
      streams.stderr.write(
        `${mark} ${one.path === undefined ? '' : `${pc.bold(one.path)}: `}${one.message} ${pc.dim(`[${one.code}]`)}\n`,
      );
      if (one.hint !== undefined) streams.stderr.write(`    fix: ${one.hint}\n`);
    }
  }
  if (verbose && error instanceof Error) streams.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
}

function printEnvelope(streams: Streams, envelope: Envelope): void {
  streams.stdout.write(`${JSON.stringify(envelope, null, 2)}\n`);
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof InvalidInput) return error.problems.map(diagnosticOf);
  if (error instanceof RuntimeFailure)
    return [
      {
        code: error.code,
        severity: 'error',
        message: error.message,
        ...(error.fix === undefined ? {} : { hint: error.fix }),
      },
    ];
  const message = error instanceof Error ? error.message : String(error);
  return [
    {
      code: 'internal/unexpected',
      severity: 'error',
      message,
      hint: 'run again with --verbose and report what it prints',
    },
  ];
}

function diagnosticOf({ code, path, message, got, allowed, fix }: Problem): Diagnostic {
  const text = [
    message,
    got === undefined ? '' : `, got ${got}`,
    allowed === undefined ? '' : ` (allowed: ${allowed})`,
  ].join('');
  return {
    code,
    severity: 'error',
    message: text,
    ...(path === '' ? {} : { path }),
    ...(fix === undefined ? {} : { hint: fix }),
  };
}
