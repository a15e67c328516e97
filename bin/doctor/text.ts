import type { Cloud } from '../../constructs/config/schema.ts';
import type { CloudTools } from '../clouds/tools.ts';
import { type Page, wrap } from '../page.ts';
import type { CheckResult, CheckStatus } from './check.ts';

/** The data of `mlops doctor --json`. */
export interface DoctorReport {
  readonly model: string;
  readonly environment: string;
  readonly cloud: Cloud;
  readonly checks: readonly CheckResult[];
  readonly counts: Readonly<Record<CheckStatus, number>>;
}

const MARKS = { pass: '✔', warn: '▲', fail: '✖', skipped: '·' } as const satisfies Record<
  CheckStatus,
  string
>;
const COLORS = { pass: 'green', warn: 'yellow', fail: 'red', skipped: 'dim' } as const;
const ID_WIDTH = 20;

/** One check a line, what to do below it, and how many of each there were. */
export function doctorText(
  { title }: Pick<CloudTools, 'title'>,
  { model, environment, checks, counts }: DoctorReport,
  page: Page,
): string {
  const { colors } = page;
  const all = (['pass', 'warn', 'fail', 'skipped'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => colors[COLORS[status]](`${counts[status]} ${status}`));
  return [
    `${colors.bold(model)} in ${environment} on ${title}`,
    '',
    ...checks.flatMap((check) => lines(check, page)),
    '',
    `  ${all.join(', ')}`,
  ].join('\n');
}

function lines({ id, status, evidence, fix, ms }: CheckResult, { columns, colors }: Page): string[] {
  const indent = ' '.repeat(ID_WIDTH + 4);
  const width = columns - indent.length;
  const took = ms >= 1_000 ? ` (${(ms / 1000).toFixed(1)} s)` : '';
  const [first = '', ...more] = wrap(`${evidence}${took}`, width);
  const paint = status === 'skipped' ? colors.dim : String;
  return [
    `  ${colors[COLORS[status]](MARKS[status])} ${paint(id.padEnd(ID_WIDTH))}${paint(first)}`,
    ...more.map((line) => `${indent}${paint(line)}`),
    ...(fix === undefined ? [] : wrap(`fix: ${fix}`, width).map((line) => `${indent}${colors.cyan(line)}`)),
  ];
}
