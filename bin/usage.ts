import type { CommanderError } from 'commander';
import { RuntimeFailure } from '../lambdas/core/errors.ts';

const SUGGESTION = /\n\(Did you mean (.+)\?\)$/;

/**
 * What the parser could not understand, as one of our failures: `usage/unknown-command` and so on.
 *
 * @param command - The command that was recognised, or `mlops`.
 */
export function usageFailure({ code, message }: CommanderError, command: string): RuntimeFailure {
  if (code === 'commander.help')
    return new RuntimeFailure('usage/no-command', 'no command was given', { fix: 'mlops --help' });
  const what = code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const suggestion = SUGGESTION.exec(message)?.[1];
  const help = command === 'mlops' ? 'mlops --help' : `mlops ${command} --help`;
  return new RuntimeFailure(`usage/${what}`, message.replace(/^error: /, '').replace(SUGGESTION, ''), {
    fix: suggestion === undefined ? help : `did you mean ${suggestion}?`,
  });
}
