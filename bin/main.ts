import { Command, CommanderError } from 'commander';
import { RuntimeFailure } from '../lambdas/core/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { AddCommand, Context, GlobalOptions, Run } from './command.ts';
import { addApprove } from './commands/approve.ts';
import { addLocal } from './commands/local.ts';
import { addRollback } from './commands/rollback.ts';
import { addStatus } from './commands/status.ts';
import { addValidate } from './commands/validate.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printAnswer, printError, type Streams } from './output.ts';

const COMMANDS: readonly AddCommand[] = [addLocal, addValidate, addStatus, addApprove, addRollback];

/** The command line: parses, runs one command, prints, and returns the exit code. */
export async function main(argv: readonly string[], streams: Streams = process): Promise<ExitCode> {
  const program = new Command('mlops')
    .description('One blueprint per model; the whole MLOps loop, here or in a cloud')
    .version(packageJson.version)
    .option('--json', 'print one JSON document on standard output', false)
    .option('--quiet', 'print no progress', false)
    .option('--verbose', 'print the stack of an error', false)
    .option('--cwd <folder>', 'work in this folder', process.cwd())
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .showSuggestionAfterError()
    .exitOverride();

  let exitCode: ExitCode = EXIT.done;
  const context: Context = { ...pick(streams), options: () => program.opts<GlobalOptions>() };
  const run: Run = async (command, work) => {
    const { json, verbose } = context.options();
    try {
      exitCode = printAnswer(streams, command, await work(), json);
    } catch (error) {
      exitCode = printError(streams, command, error, { json, verbose });
    }
  };
  for (const add of COMMANDS) add(program, context, run);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done; // --help and --version
    if (!argv.includes('--json')) return EXIT.invalid; // commander has printed it
    const failure = new RuntimeFailure('usage/invalid', error.message.replace(/^error: /, ''), {
      fix: 'mlops --help',
    });
    return printError(streams, argv[0] ?? 'mlops', failure, { json: true, verbose: false });
  }
}

const pick = ({ stdout, stderr }: Streams): Streams => ({ stdout, stderr });
