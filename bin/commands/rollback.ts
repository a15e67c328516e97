import { randomUUID } from 'node:crypto';
import type { AddCommand } from '../command.ts';
import { demoOption, openLocal } from './model-argument.ts';
import { type ByFlags, releaseText, requireName } from './release-text.ts';

export const addRollback: AddCommand = (program, { options }, run) => {
  program
    .command('rollback')
    .description('go back to the version before, at once; the version that leaves cannot return')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--by <name>', 'who asks for it; kept in the audit trail')
    .addOption(demoOption())
    .action((model: string, flags: ByFlags) =>
      run('rollback', async () => {
        const name = requireName('rollback', flags.by);
        const data = await (await openLocal(model, options().cwd, flags)).rollback(name, randomUUID());
        return { data, text: () => releaseText(data, model, flags) };
      }),
    );
};
