import { InvalidInput } from '../../lambdas/core/errors.ts';
import { openWorkspace } from '../../lambdas/local/workspace.ts';
import type { AddCommand } from '../command.ts';
import { loadLocalModel, localRoot } from './model-argument.ts';

export const addApprove: AddCommand = (program, { options }, run) => {
  program
    .command('approve')
    .description('approve a version and start its release')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('<version>', 'its number')
    .requiredOption('--by <name>', 'who approves; kept in the audit trail')
    .action((model: string, version: string, { by }: { readonly by: string }) =>
      run('approve', async () => {
        const { cwd } = options();
        const number = parseVersion(version);
        const { model: config } = (await loadLocalModel(model, cwd)).resolved;
        const state = await openWorkspace(localRoot(cwd, config.name), config).approve(number, by);
        return {
          data: state,
          text: `version ${number} approved by ${by}; version ${state.champion?.version} serves`,
        };
      }),
    );
};

function parseVersion(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const problem = {
    code: 'usage/version',
    path: '<version>',
    message: 'must be a whole number',
    got: text,
    allowed: '1 to 999999999',
  };
  throw new InvalidInput('mlops approve', [problem]);
}
