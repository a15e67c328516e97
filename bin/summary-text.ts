import Table from 'cli-table3';
import pc from 'picocolors';
import type { Summary, VersionSummary } from '../lambdas/local/summary.ts';
import { count } from '../lambdas/local/words.ts';

const MARKS: Readonly<Record<VersionSummary['fate'], string>> = {
  promoted: '✔ promoted',
  aborted: '✖ aborted',
  'rolled-back': '✖ rolled back',
  expired: '✖ expired',
  'failed-validation': '✖ failed validation',
  pending: '· pending',
};

/** The last word of a local run: every version with its metric, its fate and the reason, and where the files are. */
export function summaryText(summary: Summary, folder: string): string {
  const table = new Table({
    head: ['version', 'trained because of', 'holdout', 'fate', 'served', 'reason'].map((title) =>
      pc.bold(title),
    ),
    style: { head: [], border: [] },
    colWidths: [9, 20, 24, 21, 9, 60],
    wordWrap: true,
  });
  for (const version of summary.versions) table.push(rowOf(version, summary));
  return [
    table.toString(),
    comparisonText(summary),
    falseAlarmText(summary),
    '',
    `report:  ${folder}/report.html`,
    `summary: ${folder}/summary.json`,
  ]
    .filter((line) => line !== null)
    .join('\n');
}

function rowOf(version: VersionSummary, { releases }: Summary): string[] {
  const served = releases.findLast((release) => release.version === version.version)?.served ?? 0;
  return [
    String(version.version),
    version.trigger,
    `${version.metric} ${interval(version.holdout)}`,
    version.fate === 'promoted' ? pc.green(MARKS[version.fate]) : pc.red(MARKS[version.fate]),
    count(served),
    version.reason,
  ];
}

function comparisonText({ comparison }: Summary): string | null {
  if (comparison === null) return null;
  const { window, rows, metric, first, champion } = comparison;
  return `on the ${count(rows)} rows of window ${window}: ${metric} of version ${first.version} ${interval(first)}, of version ${champion.version} ${interval(champion)}`;
}

function falseAlarmText({ falseAlarms, drift }: Summary): string | null {
  return falseAlarms === null ? null : `${falseAlarms} false drift alarms in ${drift.length} windows`;
}

function interval({
  value,
  low,
  high,
}: {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}): string {
  const range = low === null || high === null ? '' : ` [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${value.toFixed(3)}${range}`;
}
