import type { CommanderError } from 'commander';
import type { ErrorCode } from '../lambdas/core/error-codes/index.ts';
import { RuntimeFailure } from '../lambdas/core/errors.ts';

const SUGGESTION = /\n\(Did you mean (.+)\?\)$/;

/** The parser's codes as ours. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  'commander.unknownCommand': 'usage/unknown-command',
  'commander.unknownOption': 'usage/unknown-option',
  'commander.excessArguments': 'usage/excess-arguments',
  'commander.missingArgument': 'usage/missing-argument',
  'commander.optionMissingArgument': 'usage/option-missing-argument',
  'commander.missingMandatoryOptionValue': 'usage/missing-mandatory-option-value',
  'commander.invalidArgument': 'usage/invalid-argument',
  'commander.conflictingOption': 'usage/conflicting-option',
};

/**
 * Returns the failure for input that the parser rejects: `usage/unknown-command` and so on.
 *
 * @param command - The command that was recognised, or `mlops`.
 */
export function usageFailure({ code, message }: CommanderError, command: string): RuntimeFailure {
  if (code === 'commander.help')
    return new RuntimeFailure('usage/no-command', 'no command was given', { fix: 'mlops --help' });
  const suggestion = SUGGESTION.exec(message)?.[1];
  const help = command === 'mlops' ? 'mlops --help' : `mlops ${command} --help`;
  return new RuntimeFailure(
    CODES[code] ?? 'usage/not-understood',
    message.replace(/^error: /, '').replace(SUGGESTION, ''),
    {
      fix: suggestion === undefined ? help : `did you mean ${suggestion}?`,
    },
  );
}
