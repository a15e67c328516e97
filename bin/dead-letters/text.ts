import { type Page, wrap } from '../page.ts';
import type { DeadLetterReceipt, HandledLetter } from './handle.ts';

/** Letters in the order of their time, each with its error, and the next command. */
export function deadLettersText(
  { account, region, letters }: DeadLetterReceipt,
  { model, environment }: { readonly model: string; readonly environment: string },
  page: Page,
): string {
  const { colors } = page;
  const count = letters.length === 1 ? '1 dead letter' : `${letters.length} dead letters`;
  const left = letters.filter(({ outcome }) => outcome === 'kept' || outcome === 'failed');
  const command = `mlops dead-letters ${model} --env ${environment}`;
  return [
    `${colors.bold(`${model} in ${environment}`)}, account ${account}, ${region}: ${letters.length === 0 ? 'no dead letters' : count}`,
    ...letters.flatMap((letter) => ['', ...letterText(letter, page)]),
    ...(left.length === 0
      ? []
      : [
          '',
          `next: correct the cause, then ${colors.cyan(`${command} --replay`)}`,
          colors.dim(`or: ${command} --discard ID`),
        ]),
  ].join('\n');
}

function letterText(letter: HandledLetter, { colors, columns }: Page): string[] {
  const { id, at, from, error, outcome, why, stuck } = letter;
  const done = {
    kept: '',
    replayed: colors.green(' replayed'),
    discarded: colors.yellow(' discarded'),
    failed: colors.red(' still there'),
  };
  const note = why ?? (outcome === 'kept' ? stuck : null);
  const lines = (text: string) => wrap(text, columns - 4).map((line) => `    ${line}`);
  return [
    `  ${colors.bold(id.slice(0, 8))}  ${at.slice(0, 16).replace('T', ' ')}  ${from}${done[outcome]}`,
    ...lines(error),
    ...(note === null ? [] : lines(outcome === 'kept' ? `cannot be replayed: ${note}` : note)),
  ];
}
