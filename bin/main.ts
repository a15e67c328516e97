import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { AddCommand, Context, GlobalOptions, Run } from './command.ts';
import { addApprove } from './commands/approve.ts';
import { addBundle } from './commands/bundle.ts';
import { addCard } from './commands/card.ts';
import { addCost } from './commands/cost.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrain } from './commands/drain.ts';
import { addDrift } from './commands/drift.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addForget } from './commands/forget.ts';
import { addLock } from './commands/lock.ts';
import { addRollback } from './commands/rollback.ts';
import { addScore } from './commands/score.ts';
import { addServe } from './commands/serve.ts';
import { addStatus } from './commands/status.ts';
import { addTick } from './commands/tick.ts';
import { addTrain } from './commands/train.ts';
import { addValidate } from './commands/validate.ts';
import { addExamples } from './examples.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printAnswer, printError, type Streams } from './output.ts';
import { pageOf } from './page.ts';
import { guarded } from './terminal-text.ts';
import { usageFailure } from './usage.ts';

const COMMANDS: readonly AddCommand[] = [
  addDemo,
  addValidate,
  addLock,
  addStatus,
  addApprove,
  addTick,
  addRollback,
  addServe,
  addExport,
  addTrain,
  addScore,
  addDrift,
  addCard,
  addBundle,
  addCost,
  addDoctor,
  addDrain,
  addDeadLetters,
  addForget,
  addExplain,
];

/** The command line: parses, runs one command, prints, and returns the exit code. */
export async function main(argv: readonly string[], streams: Streams = process): Promise<ExitCode> {
  const { stdout, stderr } = streams;
  const manner = {
    json: argv.includes('--json'),
    verbose: argv.includes('--verbose'),
    color: !argv.includes('--no-color'),
  };
  let help = '';
  const program = new Command('mlops')
    .description('One blueprint per model; the whole MLOps loop, here or in a cloud')
    .option('--json', 'print one JSON document on standard output', false)
    .option('--quiet', 'print no progress', false)
    .option('--verbose', 'print the stack of an error', false)
    .option('--no-color', 'print without colours, as with NO_COLOR')
    .option(
      '--cwd <folder>',
      'work in this folder (default: this one)',
      (path) => resolve(path),
      process.cwd(),
    )
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
      writeErr: (text) => {
        if (!manner.json) stderr.write(text);
      },
      outputError: () => {}, // printed below, in our own shape
    })
    .showSuggestionAfterError()
    .exitOverride();

  let exitCode: ExitCode = EXIT.done;
  const screen = (one: Streams['stdout']) => guarded(one, pageOf(one, manner.color).colors.isColorSupported);
  const context: Context = {
    stdout: screen(stdout),
    stderr: screen(stderr),
    options: () => program.opts<GlobalOptions>(),
  };
  const run: Run = async (command, work) => {
    try {
      exitCode = printAnswer(streams, command, await work(), manner);
    } catch (error) {
      exitCode = printError(streams, command, error, manner);
    }
  };
  for (const add of COMMANDS) add(program, context, run);
  addExamples(program);
  const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  // After a command, --version is the command's own.
  if (!argv.some((word) => names.includes(word))) program.version(packageJson.version);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const command = argv.find((word) => names.includes(word)) ?? 'mlops';
    if (error.exitCode !== 0) return printError(streams, command, usageFailure(error, command), manner);
    const text = help.trimEnd(); // of --help or --version
    return printAnswer(streams, command, { data: { text }, text: () => text }, manner);
  }
}
