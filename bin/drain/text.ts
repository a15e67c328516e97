import { type Page, wrap } from '../page.ts';
import { columnsText } from '../table.ts';
import type { Teardown } from './drainable.ts';
import type { DrainReceipt, Kept } from './receipt.ts';

/** Lists everything that was stopped, goes and stays, and the next command. */
export function drainText(receipt: DrainReceipt, teardown: Teardown, page: Page): string {
  const { colors } = page;
  const { model, environment, account, region, dryRun, stacks, stopped, deleted, retained, mayRemain, left } =
    receipt;
  const missing = stacks.filter(({ resources }) => resources === null).map(({ name }) => name);
  const nothing =
    deleted.length === 0 && stopped.schedules.length === 0 && (dryRun || stopped.buckets.length === 0);
  return [
    `${colors.bold(`${model} in ${environment}`)}, account ${account}, ${region}${dryRun ? colors.yellow(': nothing is changed without --confirm') : ''}`,
    ...missing.map((name) => `  ${colors.dim(`stack ${name} does not exist`)}`),
    ...(missing.length === stacks.length ? [] : stoppedText(receipt, page)),
    '',
    colors.bold(dryRun ? 'would be deleted, for good' : 'deleted'),
    deleted.length === 0 ? `  ${nothing ? 'nothing to do' : 'nothing'}` : deletedTable(receipt, page),
    '',
    ...listText('retained', retained, 'nothing', page),
    '',
    ...listText('may remain', mayRemain, 'nothing', page),
    ...(left.length === 0 ? [] : ['', ...listText(colors.red('still there'), left, '', page)]),
    '',
    ...next(receipt, teardown, page),
  ].join('\n');
}

function stoppedText({ dryRun, stopped }: DrainReceipt, { colors }: Page): string[] {
  const { schedules, buckets } = stopped;
  const will = dryRun ? 'would be ' : '';
  return [
    ...(schedules.length === 0 ? [] : [`  ${colors.dim('·')} ${schedules.length} schedules ${will}stopped`]),
    ...(buckets.length === 0
      ? []
      : [`  ${colors.dim('·')} ${buckets.length} buckets ${will}closed to every writer`]),
  ];
}

function deletedTable({ deleted }: DrainReceipt, page: Page): string {
  const rows = deleted.map(({ what, where, count, bytes, lastWrite }) => [
    `  ${what}`,
    count.toLocaleString('en-US'),
    bytes === 0 ? '' : size(bytes),
    lastWrite === null ? '' : lastWrite.slice(0, 16).replace('T', ' '),
    where,
  ]);
  return columnsText(['  what', 'count', 'size', 'last write', 'where'], rows, page);
}

function listText(title: string, kept: readonly Kept[], none: string, { colors, columns }: Page): string[] {
  return [
    colors.bold(title),
    ...(kept.length === 0
      ? [`  ${none}`]
      : kept.flatMap(({ what, why }) =>
          wrap(`${what}: ${why}`, columns - 4).map((line, index) => `  ${index === 0 ? '' : '  '}${line}`),
        )),
  ];
}

function next(
  { model, environment, dryRun, left, stacks }: DrainReceipt,
  { command, undo }: Teardown,
  { colors }: Page,
): string[] {
  if (stacks.every(({ resources }) => resources === null)) return [];
  if (dryRun)
    return [`next: ${colors.cyan(`mlops drain ${model} --env ${environment} --confirm ${environment}`)}`];
  if (left.length > 0) return [`next: ${colors.cyan('run it again')}`];
  return [`next: ${colors.cyan(command(model, environment))}`, colors.dim(`to go on instead: ${undo}`)];
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}
