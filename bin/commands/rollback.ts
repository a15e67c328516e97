import { randomUUID } from 'node:crypto';
import { openWorkspace } from '../../lambdas/local/workspace.ts';
import type { AddCommand } from '../command.ts';
import { loadLocalModel, localRoot } from './model-argument.ts';

export const addRollback: AddCommand = (program, { options }, run) => {
  program
    .command('rollback')
    .description('go back to the version before, at once')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--by <name>', 'who asks for it; kept in the audit trail')
    .action((model: string, { by }: { readonly by: string }) =>
      run('rollback', async () => {
        const { cwd } = options();
        const { model: config } = (await loadLocalModel(model, cwd)).resolved;
        const { state, reason, changed } = await openWorkspace(localRoot(cwd, config.name), config).rollback(
          by,
          randomUUID(),
        );
        const text = changed ? `version ${state.champion?.version} serves again` : `nothing to do: ${reason}`;
        return { data: { changed, reason, champion: state.champion }, text };
      }),
    );
};
