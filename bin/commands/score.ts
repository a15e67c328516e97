import type { ModelConfig } from '../../lambdas/core/config.ts';
import { writeTable } from '../../lambdas/core/csv/write.ts';
import { count } from '../../lambdas/core/format.ts';
import { columnOf, takeRows } from '../../lambdas/core/table/rows.ts';
import type { Table } from '../../lambdas/core/table/table.ts';
import { neededColumns, type ScoredTable, scoreTable } from '../../lambdas/local/score-file.ts';
import { demoOption, type FolderFlags, loadLocalModel, namedFolder } from '../arguments/model.ts';
import { asideText, readModelRows } from '../arguments/model-rows.ts';
import { parseVersion } from '../arguments/version.ts';
import type { AddCommand } from '../command.ts';
import { writeOut } from '../out-file.ts';

interface ScoreFlags extends FolderFlags {
  readonly data: string;
  readonly out?: string;
  readonly raw: boolean;
}

export const addScore: AddCommand = (program, context, run) => {
  const { options, stderr } = context;
  program
    .command('score')
    .description('score the rows of a file: key, event time, score and, of a class, the decision')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('[version]', 'its number; default: the champion')
    .requiredOption('--data <file>', 'CSV with a header, also .gz; mlops export writes one')
    .option('--out <file>', 'CSV, also .gz; default, and -: standard output')
    .addOption(demoOption())
    .option('--raw', "texts as they are: without a ' before what a spreadsheet takes for a formula", false)
    .action((model: string, number: string | undefined, flags: ScoreFlags) =>
      run('score', async () => {
        const { cwd, json } = options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const version = parseVersion('score', number);
        const needed = neededColumns(config);
        const { table: rows, ...aside } = await readModelRows(cwd, flags.data, needed, config, [
          eventColumn(config),
        ]);
        const scored = await scoreTable(namedFolder(model, cwd, config.name, flags), config, rows, version);
        const { table, columns } = answers(scored, config);
        const data = {
          version: scored.version,
          digest: scored.digest,
          rows: table.rows,
          refused: scored.scores.length - table.rows,
          ...aside,
        };
        const told = `${count(data.rows)} rows scored by version ${data.version}, ${count(data.refused)} refused${asideText(aside)}`;
        const chunks = () => writeTable(table, columns, { spreadsheet: !flags.raw });
        if (flags.out !== undefined) {
          const { file, shown, aside } = await writeOut(context, 'score', flags.out, chunks(), {
            gzip: true,
          });
          return { data: { ...data, file }, text: () => `${told}: ${shown}`, aside };
        }
        if (!json) stderr.write(`${told}\n`);
        const text = Buffer.concat([...chunks()]).toString('utf8');
        return { data: { ...data, csv: text }, text: () => text.trimEnd(), verbatim: true };
      }),
    );
};

const eventColumn = ({ source }: Pick<ModelConfig, 'source'>) =>
  ({ name: source.eventTime, type: 'timestamp' }) as const;

/** The rows that were answered, each named by its key and, where the file has it, its event time. */
function answers(
  { table, scores }: ScoredTable,
  { source, problem, serving }: ModelConfig,
): { readonly table: Table; readonly columns: Parameters<typeof writeTable>[1] } {
  const answered = Int32Array.from(scores.keys()).filter((row) => !Number.isNaN(scores[row]));
  const named = [{ name: source.key, type: 'category' } as const, eventColumn({ source })].filter(
    ({ name }) => table.columns.has(name),
  );
  const events = takeRows(
    { rows: table.rows, columns: new Map(named.map(({ name }) => [name, columnOf(table, name)])) },
    answered,
  );
  const values = Float64Array.from(answered, (row) => scores[row] as number); // positions come from the scores
  const decisions = values.map((score) => (score >= serving.decisionThreshold ? 1 : 0));
  const columns = [
    ...named,
    { name: 'score', type: 'number' } as const,
    ...(problem.type === 'binary-classification' ? [{ name: 'decision', type: 'boolean' } as const] : []),
  ];
  return {
    table: {
      rows: answered.length,
      columns: new Map([
        ...events.columns,
        ['score', { kind: 'numeric', values }],
        ['decision', { kind: 'numeric', values: decisions }],
      ]),
    },
    columns,
  };
}
