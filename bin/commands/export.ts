import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { copyRows, storedRows } from '../../lambdas/local/export-file.ts';
import { demoOption, type FolderFlags, loadLocalModel, namedFolder } from '../arguments/model.ts';
import type { AddCommand } from '../command.ts';
import { type Written, writeOut } from '../out-file.ts';

interface ExportFlags extends FolderFlags {
  readonly database?: string;
  readonly from: string;
  readonly to?: string;
  readonly out: string;
}

export const addExport: AddCommand = (program, context, run) => {
  program
    .command('export')
    .description(
      'write the rows that a model reads as CSV, from the feature store on this machine or from a database',
    )
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--out <file>', 'CSV, also .gz; - is standard output; texts as they are, for training')
    .option(
      '--database <url>',
      'run the steps of the blueprint there: postgres:// or mysql://user@host/name; its password is in MLOPS_DATABASE_PASSWORD',
    )
    .option('--from <time>', 'first event time, ISO 8601', '1970-01-01T00:00:00Z')
    .option('--to <time>', 'event times before this; default: now')
    .addOption(demoOption())
    .action((model: string, flags: ExportFlags) =>
      run('export', async () => {
        const { cwd } = context.options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const window = {
          from: timeOf('--from', flags.from),
          to: timeOf('--to', flags.to ?? new Date().toISOString()),
        };
        let bytes = 0;
        let written: Written | undefined;
        const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
          const counted = async function* () {
            for await (const chunk of chunks) {
              bytes += chunk.byteLength;
              yield chunk;
            }
          };
          written = await writeOut(context, 'export', flags.out, counted(), { gzip: true });
        };
        if (flags.database === undefined)
          await write(storedRows(namedFolder(model, cwd, config.name, flags), config, window));
        else await copyRows(flags.database, config, window, write);
        return {
          data: { file: written?.file, bytes, window },
          text: () => `${bytes} bytes of CSV are in ${written?.shown}`,
          ...(written?.aside && { aside: true }),
        };
      }),
    );
};

function timeOf(flag: string, text: string): string {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  const problem: Problem = {
    code: 'usage/time',
    path: flag,
    message: 'must be a time',
    got: `'${text}'`,
    allowed: 'ISO 8601, such as 2026-01-31T00:00:00Z',
  };
  throw new InvalidInput('mlops export', [problem]);
}
