import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { SILENT } from '../../lambdas/local/story.ts';
import { trainFile } from '../../lambdas/local/train-file.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { AddCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { pageOf } from '../page.ts';
import { terminalStory } from '../terminal-story.ts';
import { loadLocalModel, localRoot } from './model-argument.ts';
import { openFile, unreadable } from './rows-of-file.ts';

export const addTrain: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('train')
    .description('train a version on the rows of a file, and register it if it passes')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--data <file>', 'CSV with a header, also .gz; mlops export writes one')
    .action((model: string, { data: path }: { readonly data: string }) =>
      run('train', async () => {
        const { cwd, json, quiet, color } = options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const drawn =
          quiet || json ? undefined : terminalStory(stderr, pageOf(stderr, color), () => performance.now());
        try {
          const data = await trainFile({
            root: localRoot(cwd, config.name),
            config,
            open: () =>
              openFile(resolve(cwd, path)).catch((cause: unknown) => {
                throw unreadable(path, cause);
              }),
            identity: { trainedBy: userInfo().username, codeVersion: packageJson.version },
            story: drawn ?? SILENT,
          });
          const { version, status, evaluation } = data;
          const { name, value } = evaluation.primary;
          const next = evaluation.passed
            ? `mlops approve ${model} ${version} --by you releases it`
            : evaluation.reasons.join('; ');
          return {
            data,
            text: () => `version ${version}, ${status}: holdout ${name} ${value.toFixed(3)}; ${next}`,
            exitCode: evaluation.passed ? EXIT.done : EXIT.failed,
          };
        } finally {
          drawn?.end();
        }
      }),
    );
};
