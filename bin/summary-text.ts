import { count, plural } from '../lambdas/core/format.ts';
import { refusedFailure } from '../lambdas/demo/refusals.ts';
import { reasonsText, refusalText, refusedIn } from '../lambdas/report/refusals.ts';
import type { Summary, VersionSummary } from '../lambdas/report/summary.ts';
import { type Page, wrap } from './page.ts';
import { columnsText } from './table.ts';

const FATES: Readonly<Record<VersionSummary['fate'], string>> = {
  promoted: '✔ promoted',
  aborted: '✖ aborted',
  'rolled-back': '✖ rolled back',
  expired: '✖ expired',
  'failed-validation': '✖ failed validation',
  pending: '· pending',
};

/** The widest table with intervals; on a narrower page they are left out. */
const TABLE_COLUMNS = 76;

/**
 * The last word of a local run: every version with its metric and its fate, the reasons, and where the files are.
 *
 * @param folder - The run's, as it is shown.
 * @param next - The command to type next.
 */
export function summaryText(summary: Summary, folder: string, next: string, page: Page): string {
  const { colors } = page;
  const { versions } = summary;
  const metric = versions[0]?.metric ?? '';
  const titles = ['version', 'trained for', `holdout ${metric}`, 'fate', 'served'];
  const { stopped, refusals } = summary.requests;
  return [
    '',
    ...(stopped === null ? [] : [colors.red(`✖ ${refusedFailure(stopped, refusals).message}`), '']),
    columnsText(
      titles,
      versions.map((version) => rowOf(version, summary, page)),
      page,
    ),
    '',
    colors.bold('why'),
    ...versions.map(({ version, reason }) => `  ${version}  ${paragraph(reason, 5, page)}`),
    '',
    ...[refusedText(summary), setAsideText(summary), comparisonText(summary), falseAlarmText(summary)]
      .filter((text) => text !== null)
      .map((text) => paragraph(text, 0, page)),
    `report:  ${folder}/report.html`,
    `summary: ${folder}/summary.json`,
    `next:    ${next}`,
  ].join('\n');
}

function rowOf(version: VersionSummary, { releases }: Summary, { columns, colors }: Page): string[] {
  const served = releases.findLast((release) => release.version === version.version)?.served ?? 0;
  const { value, low, high } = version.holdout;
  const paint =
    version.fate === 'promoted' ? colors.green : version.fate === 'pending' ? colors.dim : colors.red;
  return [
    String(version.version),
    version.trigger,
    columns < TABLE_COLUMNS ? value.toFixed(3) : interval(value, low, high),
    paint(FATES[version.fate]),
    count(served),
  ];
}

function refusedText({ requests: { sent, refusals } }: Summary): string | null {
  return refusals.length === 0
    ? null
    : `${count(refusedIn(refusals))} of ${plural(sent, 'request')} refused: ${refusalText(refusals)}`;
}

function setAsideText({ data, drift }: Summary): string | null {
  const texts = [
    ...[data.setAside].map((aside) => ['the file', reasonsText(aside)] as const),
    ...drift.map(({ window, setAside }) => [`window ${window}`, reasonsText(setAside)] as const),
  ].filter(([, reasons]) => reasons !== '');
  return texts.length === 0
    ? null
    : `rows quarantined: ${texts.map(([where, why]) => `${why} of ${where}`).join('; ')}`;
}

function comparisonText({ comparison }: Summary): string | null {
  if (comparison === null) return null;
  const { window, rows, metric, first, champion } = comparison;
  const of = ({ version, value, low, high }: typeof first) =>
    `${interval(value, low, high)} of version ${version}`;
  return `${metric} on the ${plural(rows, 'row')} of window ${window}: ${of(first)}, ${of(champion)}`;
}

function falseAlarmText({ falseAlarms, drift }: Summary): string | null {
  return falseAlarms === null
    ? null
    : `${plural(falseAlarms, 'false drift alarm')} in ${plural(drift.length, 'window')}`;
}

function interval(value: number, low: number | null, high: number | null): string {
  const range = low === null || high === null ? '' : ` [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${value.toFixed(3)}${range}`;
}

/** Wrapped to the page; lines after the first are indented. */
function paragraph(text: string, indent: number, { columns }: Page): string {
  return wrap(text, columns - indent).join(`\n${' '.repeat(indent)}`);
}
