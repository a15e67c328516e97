import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { cloudOption, knownCloud } from '../arguments/cloud.ts';
import { DEFAULT_MODEL } from '../arguments/model.ts';
import { loadCloudModel } from '../cloud-model.ts';
import { loadTools, TOOLS_CLOUDS } from '../clouds/load.ts';
import type { AddCommand } from '../command.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { Kept } from '../drain/receipt.ts';
import { drainText } from '../drain/text.ts';
import { EXIT } from '../exit-codes.ts';
import { withProgress } from '../spinner.ts';

interface DrainFlags {
  readonly env: string;
  readonly cloud: string;
  readonly confirm?: string;
}

export const addDrain: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('drain')
    .description('delete what runs and releases made, so that cdk destroy succeeds; a list without --confirm')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--env <name>', 'environment of stacks/config; NAME/SUFFIX for a second copy of it', 'dev')
    .addOption(cloudOption(TOOLS_CLOUDS))
    .option('--confirm <name>', 'the environment again: what is deleted is gone for good')
    .action((model: string, { env, cloud: wanted, confirm }: DrainFlags) =>
      run('drain', async () => {
        const cloud = knownCloud('drain', wanted, TOOLS_CLOUDS);
        const { cwd, ...manner } = options();
        const { config } = await loadCloudModel(model, env, cloud, { cwd, command: 'drain' });
        const { openAccount, teardown } = await loadTools(cloud);
        const { drain, requireDestroyable } = await import('../drain/drain.ts');
        requireDestroyable(config, teardown);
        requireConfirmed(env, confirm);
        const account = await openAccount(config);
        let doing = '';
        const data = await withProgress(
          stderr,
          manner,
          () => doing,
          () =>
            drain({
              config,
              account,
              teardown,
              dryRun: confirm === undefined,
              onStep: (step) => {
                doing = step;
              },
            }),
        );
        return {
          data,
          text: (page) => drainText(data, teardown, page),
          ...(data.left.length > 0 && { exitCode: EXIT.failed, diagnostics: data.left.map(diagnosticOf) }),
        };
      }),
    );
};

/** @throws RuntimeFailure `drain/not-confirmed` when another environment was confirmed */
function requireConfirmed(env: string, confirm: string | undefined): void {
  if (confirm === undefined || confirm === env) return;
  throw new RuntimeFailure(
    'drain/not-confirmed',
    `--env is ${env} and --confirm is '${confirm}': nothing was changed`,
    {
      fix: `--confirm ${env}`,
    },
  );
}

const diagnosticOf = ({ what, why }: Kept): Diagnostic => ({
  code: 'drain/left',
  severity: 'error',
  message: `${what}: ${why}`,
  hint: 'run it again',
});
