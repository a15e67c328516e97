import { userInfo } from 'node:os';
import { basename, resolve } from 'node:path';
import { count } from '../../lambdas/core/format.ts';
import { modelColumns } from '../../lambdas/core/model-table.ts';
import { SILENT } from '../../lambdas/local/progress.ts';
import { shellCommand } from '../../lambdas/local/shell.ts';
import { type TrainedVersion, trainFile } from '../../lambdas/local/train-file.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { expiriesOf, loadLocalModel, localRoot } from '../arguments/model.ts';
import { requireColumns } from '../arguments/model-rows.ts';
import { openFile, unreadable } from '../arguments/rows-of-file.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { pageOf } from '../page.ts';
import { terminalProgress } from '../terminal-progress.ts';

interface TrainFlags {
  readonly data: string;
  readonly withEarlier: boolean;
}

export const addTrain: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('train')
    .description('train a version on the rows of a file alone, and register it if it passes')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--data <file>', 'CSV with a header, also .gz; mlops export writes one')
    .option('--with-earlier', 'learn also from the rows that earlier files and runs brought', false)
    .action((model: string, { data: path, withEarlier }: TrainFlags) =>
      run('train', async () => {
        const { cwd, json, quiet, color } = options();
        const { resolved } = await loadLocalModel(model, cwd);
        const { model: config } = resolved;
        await requireColumns(cwd, path, modelColumns(config));
        const drawn =
          quiet || json
            ? undefined
            : terminalProgress(stderr, pageOf(stderr, color), () => performance.now());
        try {
          const trained = await trainFile({
            root: localRoot(cwd, config.name),
            config,
            open: () =>
              openFile(resolve(cwd, path)).catch((cause: unknown) => {
                throw unreadable(path, cause);
              }),
            withEarlier,
            identity: { trainedBy: userInfo().username, codeVersion: packageJson.version },
            progress: drawn ?? SILENT,
            expiries: expiriesOf(resolved),
          });
          const { entry, changed, data: rows } = trained;
          return {
            data: { ...entry, changed, ...(rows && { rows: { file: path, withEarlier, ...rows } }) },
            text: () => trainedText(model, basename(path), withEarlier, trained),
            exitCode: entry.evaluation.passed ? EXIT.done : EXIT.failed,
          };
        } finally {
          drawn?.end();
        }
      }),
    );
};

function trainedText(
  model: string,
  file: string,
  withEarlier: boolean,
  { entry, changed, data }: TrainedVersion,
): string {
  const { version, status, evaluation } = entry;
  const { name, value } = evaluation.primary;
  const approve =
    status === 'pending'
      ? `; ${shellCommand('mlops', 'approve', model, version, '--by', 'you')} releases it`
      : '';
  const next = evaluation.passed ? approve : `; ${evaluation.reasons.join('; ')}`;
  const rows = withEarlier ? `${file} and those before it` : file;
  return [
    ...(changed
      ? []
      : [`nothing changed since version ${version}: it has the same file, configuration and code`]),
    ...(data
      ? [`learnt from ${count(data.trainRows)} rows of ${rows}, ${count(data.holdoutRows)} held out`]
      : []),
    `version ${version}, ${status}: holdout ${name} ${value.toFixed(3)}${next}`,
  ].join('\n');
}
