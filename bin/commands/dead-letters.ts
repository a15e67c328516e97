import { Option } from 'commander';
import { cloudOption, knownCloud } from '../arguments/cloud.ts';
import { DEFAULT_MODEL } from '../arguments/model.ts';
import { loadCloudModel } from '../cloud-model.ts';
import { loadTools, TOOLS_CLOUDS } from '../clouds/load.ts';
import type { AddCommand } from '../command.ts';
import type { HandledLetter } from '../dead-letters/handle.ts';
import { deadLettersText } from '../dead-letters/text.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { EXIT } from '../exit-codes.ts';
import { withProgress } from '../spinner.ts';

interface DeadLetterFlags {
  readonly env: string;
  readonly cloud: string;
  readonly replay?: true | readonly string[];
  readonly discard?: readonly string[];
}

export const addDeadLetters: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('dead-letters')
    .description('list events that failed at every try; send them again once the cause is corrected')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--env <name>', 'environment of stacks/config; NAME/SUFFIX for a second copy of it', 'dev')
    .addOption(cloudOption(TOOLS_CLOUDS))
    .addOption(
      new Option(
        '--replay [ids...]',
        'send these events again, all without an id; the beginning of an id is enough',
      ).conflicts('discard'),
    )
    .option('--discard <ids...>', 'delete these events, which nobody needs any more')
    .action((model: string, { env, cloud: wanted, replay, discard }: DeadLetterFlags) =>
      run('dead-letters', async () => {
        const cloud = knownCloud('dead-letters', wanted, TOOLS_CLOUDS);
        const { cwd, ...manner } = options();
        const { config } = await loadCloudModel(model, env, cloud, { cwd, command: 'dead-letters' });
        const { openDeadLetters } = await loadTools(cloud);
        const { handleDeadLetters } = await import('../dead-letters/handle.ts');
        const box = await openDeadLetters(config);
        let doing = '';
        const data = await withProgress(
          stderr,
          manner,
          () => doing,
          () =>
            handleDeadLetters({
              box,
              action: replay !== undefined ? 'replay' : discard !== undefined ? 'discard' : 'list',
              ids: replay === true ? [] : (replay ?? discard ?? []),
              onStep: (step) => {
                doing = step;
              },
            }),
        );
        const failed = data.letters.filter(({ outcome }) => outcome === 'failed');
        return {
          data,
          text: (page) => deadLettersText(data, { model: config.model.name, environment: env }, page),
          ...(failed.length > 0 && { exitCode: EXIT.failed, diagnostics: failed.map(diagnosticOf) }),
        };
      }),
    );
};

const diagnosticOf = ({ id, from, why }: HandledLetter): Diagnostic => ({
  code: 'letters/failed',
  severity: 'error',
  message: `${id} of ${from}: ${why}`,
  hint: 'correct the cause and replay it again, or discard it',
});
