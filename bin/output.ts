import { type Diagnostic, diagnosticsOf } from './diagnostics.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { type Page, pageOf, type Screen } from './page.ts';
import { stackText } from './stack-text.ts';
import { guarded, terminalJson } from './terminal-text.ts';

/** The one document that `--json` prints on standard output. */
export interface Envelope {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: ExitCode;
  /** The command's own document; null when it failed. */
  readonly data: unknown;
  readonly diagnostics: readonly Diagnostic[];
}

/** Result of a command: data for `--json`, and the same for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: (page: Page) => string;
  /** Whether the text is data, which a file or a pipe gets byte for byte. @default false */
  readonly verbatim?: boolean;
  /** True when the data went to standard output already: the text goes to standard error. @default false */
  readonly aside?: boolean;
  /** When the work was done and its result is not what was hoped for. @default 0 */
  readonly exitCode?: ExitCode;
  /** Why it is not; `--json` prints them beside the data, the text says them itself. @default none */
  readonly diagnostics?: readonly Diagnostic[];
}

export interface Streams {
  readonly stdout: Screen;
  readonly stderr: Screen;
}

/** How a command was asked to speak. */
export interface Manner {
  readonly json: boolean;
  readonly verbose: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

/** Data goes to standard output, everything else to standard error. */
export function printAnswer(
  { stdout, stderr }: Streams,
  command: string,
  answer: Answer,
  manner: Manner,
): ExitCode {
  const { data, text, verbatim = false, aside = false, exitCode = EXIT.done, diagnostics = [] } = answer;
  if (manner.json)
    printEnvelope(stdout, { command, ok: exitCode === EXIT.done, exitCode, data, diagnostics });
  else {
    const wanted = aside ? stderr : stdout;
    const page = pageOf(wanted, manner.color);
    const screen = verbatim && wanted.isTTY !== true ? wanted : guarded(wanted, page.colors.isColorSupported);
    screen.write(`${text(page)}\n`);
  }
  return exitCode;
}

/** Prints the failure, its place, its reason and its fix; a stack only with `--verbose`. */
export function printError(
  { stdout, stderr }: Streams,
  command: string,
  error: unknown,
  { json, verbose, color }: Manner,
): ExitCode {
  const exitCode = exitCodeOf(error);
  const diagnostics = diagnosticsOf(error);
  const page = pageOf(stderr, color);
  const screen = guarded(stderr, page.colors.isColorSupported);
  if (json) printEnvelope(stdout, { command, ok: false, exitCode, data: null, diagnostics });
  else screen.write(diagnostics.map((one) => errorText(one, page)).join(''));
  if (verbose) screen.write(`${stackText(error)}\n`);
  return exitCode;
}

function errorText({ path, message, code, hint }: Diagnostic, { colors }: Page): string {
  const place = path === undefined ? '' : `${colors.bold(path)}: `;
  const fix = hint === undefined ? '' : `    fix: ${hint}\n`;
  // A second line of a stranger's text is set in: it cannot pass for a line of ours.
  const words = message.replaceAll('\n', '\n    ');
  return `${colors.red('✖')} ${place}${words} ${colors.dim(`[${code}]`)}\n${fix}`;
}

function printEnvelope(stdout: Screen, envelope: Omit<Envelope, 'schemaVersion'>): void {
  const document: Envelope = { schemaVersion: 1, ...envelope };
  stdout.write(`${terminalJson(document)}\n`);
}
