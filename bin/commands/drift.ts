import { alarmsOf, alarmText } from '../../lambdas/core/drift/alarms.ts';
import { clearestTest, type FeatureDrift } from '../../lambdas/core/drift/compare.ts';
import { count } from '../../lambdas/core/format.ts';
import { compareRows } from '../../lambdas/local/compare-file.ts';
import { neededColumns } from '../../lambdas/local/score-file.ts';
import { type DriftComparison, renderDriftPage } from '../../lambdas/report/drift-page.ts';
import { demoOption, type FolderFlags, loadLocalModel, namedFolder } from '../arguments/model.ts';
import { asideText, readModelRows } from '../arguments/model-rows.ts';
import { parseVersion } from '../arguments/version.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { type Written, writeOut } from '../out-file.ts';
import type { Page } from '../page.ts';
import { columnsText } from '../table.ts';

interface DriftFlags extends FolderFlags {
  readonly cur: string;
  readonly ref?: string;
  readonly out?: string;
  readonly fail: boolean;
}

export const addDrift: AddCommand = (program, context, run) => {
  program
    .command('drift')
    .description('compare the rows of a file with those a version learnt from, or with another file')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('[version]', 'whose training rows to compare with; default: the champion')
    .requiredOption('--cur <file>', 'the rows to compare: CSV with a header, also .gz')
    .option('--ref <file>', 'rows to compare with, instead of training rows')
    .option('--out <file>', 'write the whole report: .html, or .json')
    .option('--fail', 'exit with 2 when the rows have drifted', false)
    .addOption(demoOption())
    .action((model: string, number: string | undefined, flags: DriftFlags) =>
      run('drift', async () => {
        const { cwd } = context.options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const version = parseVersion('drift', number);
        const columns = neededColumns(config);
        const { table: rows, ...aside } = await readModelRows(cwd, flags.cur, columns, config);
        const beside =
          flags.ref === undefined ? undefined : await readModelRows(cwd, flags.ref, columns, config);
        const other = beside === undefined ? { version } : { rows: beside.table };
        const comparison = await compareRows(
          namedFolder(model, cwd, config.name, flags),
          config,
          rows,
          other,
        );
        const { reference, report } = comparison;
        const data = {
          model: config.name,
          reference,
          ...report,
          ...aside,
          ...(beside && { referenceAside: beside.aside, referenceAsideRows: beside.asideRows }),
        };
        let written: Written | undefined;
        if (flags.out !== undefined) {
          const page = flags.out.endsWith('.json')
            ? `${JSON.stringify(data, null, 2)}\n`
            : renderDriftPage({ ...comparison, config, files: { current: flags.cur, reference: flags.ref } });
          written = await writeOut(context, 'drift', flags.out, [Buffer.from(page)]);
        }
        const drifted = flags.fail && report.verdict === 'drifted';
        return {
          data,
          text: (page) =>
            driftText(
              comparison,
              written,
              page,
              `${asideText(aside)}${beside === undefined ? '' : asideText(beside, ' of the other file')}`,
            ),
          ...(written?.aside && { aside: true }),
          exitCode: drifted ? EXIT.finding : EXIT.done,
        };
      }),
    );
};

const VERDICTS = {
  drifted: 'drifted',
  stable: 'no drift',
  insufficient: 'too few rows to compare',
} as const;

function driftText(
  { reference, report }: DriftComparison,
  out: Written | undefined,
  page: Page,
  aside: string,
): string {
  const { features, score, rows, verdict, correlations } = report;
  const beside =
    reference === 'file' ? 'the other file' : `the training rows of version ${reference.version}`;
  const shifted = correlations.filter((one) => one.verdict === 'alert');
  return [
    `${page.colors.bold(VERDICTS[verdict])}: ${count(rows)} rows beside ${beside}${aside}`,
    '',
    columnsText(
      ['feature', 'verdict', 'statistic', 'value', 'limit', 'p', 'missing', 'was', 'unseen'],
      [...features, ...(score === null ? [] : [score])].map(rowOf),
      page,
    ),
    ...(shifted.length === 0 ? [] : ['', 'correlations that changed:']),
    ...shifted.map(
      ({ a, b, reference: was, current }) =>
        `  ${a} and ${b}: ${was.toFixed(2)} was, ${current.toFixed(2)} is`,
    ),
    ...(out === undefined ? [] : ['', `the report is in ${out.shown}`]),
  ].join('\n');
}

function rowOf(one: FeatureDrift): string[] {
  const { name, verdict, causes, statistic, measure, threshold } = one;
  const share = (value: number): string => (value === 0 ? '' : `${(value * 100).toFixed(1)} %`);
  return [
    name,
    causes.length === 0
      ? verdict
      : `${verdict}: ${alarmsOf(one).map(alarmText).join(', ') || causes.join(', ')}`,
    statistic,
    measure === null ? '' : measure.value.toFixed(3),
    threshold === null ? '' : String(threshold),
    probability(clearestTest(one)?.corrected),
    share(one.missingShare),
    share(one.missingShareReference),
    share(one.unseenShare),
  ];
}

/** The clearest p-value of a feature, corrected for all tests of the rows. */
function probability(corrected: number | undefined): string {
  return corrected === undefined ? '' : String(Number(corrected.toPrecision(2)));
}
