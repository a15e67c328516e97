/** Evaluates a blueprint's module in a process of its own, so that no file can end, block or rewrite this one. */

import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { type Problem, RuntimeFailure } from '../lambdas/core/errors.ts';
import { visible } from '../lambdas/core/printable.ts';

/** Result of the evaluation of a module. */
export type Evaluated =
  /** The export, which is plain data. */
  | { readonly kind: 'blueprint'; readonly blueprint: unknown }
  | { readonly kind: 'no-export' }
  | { readonly kind: 'thrown'; readonly message: string }
  /** By `defineBlueprint`, which names the subject, or because the export is not plain data. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[]; readonly subject?: string }
  /** The process ended by itself; `code` is null after a signal. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'too-slow' };

/** The source runs as TypeScript and the package as JavaScript: the file beside this one has its suffix. */
const CHILD = new URL(`./evaluate${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
const TYPESCRIPT = new URL('./typescript.mjs', import.meta.url);
/** MB of heap; a blueprint has at most 1 MiB. */
const MAX_HEAP = 512;
/** Characters that a module may print; the rest is dropped. */
const MAX_PRINTED = 10_000;

/**
 * Imports the file in a new process and returns its export `blueprint`. The text that it prints goes to standard
 * error, escaped. The process is killed as soon as it has answered, whatever it has left running.
 *
 * @param file - Absolute path of a module.
 * @param limitMs - Wall time for the start of the process and the evaluation.
 * @throws RuntimeFailure `package/not-installed` without tsx, which is optional in an installed package
 */
export async function runModule(file: string, limitMs: number): Promise<Evaluated> {
  requireCompiler();
  const child = fork(CHILD, [file], {
    execArgv: ['--import', TYPESCRIPT.href, `--max-old-space-size=${MAX_HEAP}`],
    serialization: 'advanced', // structured clone: NaN and undefined stay what they are
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed = collectText(child);
  return new Promise<Evaluated>((done, failed) => {
    const timer = setTimeout(() => done({ kind: 'too-slow' }), limitMs);
    child.once('message', (message) => done(message as Evaluated)); // only evaluate.ts sends
    child.once('close', (code, signal) => done({ kind: 'ended', code, signal }));
    child.once('error', failed);
    child.once('exit', () => clearTimeout(timer));
  }).finally(() => {
    child.kill('SIGKILL');
    if (printed.text !== '') process.stderr.write(`${visible(printed.text).trimEnd()}\n`);
  });
}

function requireCompiler(): void {
  try {
    createRequire(import.meta.url).resolve('tsx/esm/api');
  } catch (cause) {
    throw new RuntimeFailure('package/not-installed', 'a blueprint in TypeScript needs tsx', {
      fix: 'npm install --save-dev tsx',
      cause,
    });
  }
}

function collectText({ stdout, stderr }: ChildProcess): { readonly text: string } {
  const printed = { text: '' };
  for (const stream of [stdout, stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed.text = (printed.text + text).slice(0, MAX_PRINTED);
    });
  return printed;
}
