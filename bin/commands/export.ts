import { createWriteStream } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { copyRows, storedRows } from '../../lambdas/local/export-file.ts';
import type { AddCommand } from '../command.ts';
import { demoOption, type FolderFlags, loadLocalModel, localRoot } from './model-argument.ts';

interface ExportFlags extends FolderFlags {
  readonly database?: string;
  readonly from: string;
  readonly to?: string;
  readonly out: string;
}

export const addExport: AddCommand = (program, { options }, run) => {
  program
    .command('export')
    .description(
      'write the rows that a model reads as CSV, from the feature store on this machine or from a database',
    )
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--out <file>', 'CSV, also .gz')
    .option(
      '--database <url>',
      'run the steps of the blueprint there: postgres:// or mysql://user@host/name; its password is in MLOPS_DATABASE_PASSWORD',
    )
    .option('--from <time>', 'first event time, ISO 8601', '1970-01-01T00:00:00Z')
    .option('--to <time>', 'event times before this; default: now')
    .addOption(demoOption())
    .action((model: string, flags: ExportFlags) =>
      run('export', async () => {
        const { cwd } = options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const window = {
          from: timeOf('--from', flags.from),
          to: timeOf('--to', flags.to ?? new Date().toISOString()),
        };
        const file = resolve(cwd, flags.out);
        let bytes = 0;
        const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
          const count = new Transform({
            transform(chunk: Uint8Array, _, done) {
              bytes += chunk.byteLength;
              done(null, chunk);
            },
          });
          const zip = file.endsWith('.gz') ? [createGzip()] : [];
          await pipeline([Readable.from(chunks), count, ...zip, createWriteStream(file)]);
        };
        if (flags.database === undefined)
          await write(storedRows(localRoot(cwd, config.name, flags), config, window));
        else await copyRows(flags.database, config, window, write);
        return {
          data: { file, bytes, window },
          text: () => `${bytes} bytes of CSV are in ${relative(process.cwd(), file)}`,
        };
      }),
    );
};

function timeOf(flag: string, text: string): string {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  const problem = {
    code: 'usage/time',
    path: flag,
    message: 'must be a time',
    got: `'${text}'`,
    allowed: 'ISO 8601, such as 2026-01-31T00:00:00Z',
  };
  throw new InvalidInput('mlops export', [problem]);
}
