import { randomUUID } from 'node:crypto';
import { demoOption, openLocal } from '../arguments/model.ts';
import { parseVersion } from '../arguments/version.ts';
import type { AddCommand } from '../command.ts';
import { type ByFlags, releaseText, requireName } from './release-text.ts';

interface RollbackFlags extends ByFlags {
  readonly version?: string;
}

export const addRollback: AddCommand = (program, { options }, run) => {
  program
    .command('rollback')
    .description(
      'go back from the version that serves to the one before; the version that leaves cannot return',
    )
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--by <name>', 'who asks for it; kept in the audit trail')
    .option(
      '--version <number>',
      'the version that is to leave; nothing changes when it has left already (default: the one that serves now)',
    )
    .addOption(demoOption())
    .action((model: string, flags: RollbackFlags) =>
      run('rollback', async () => {
        const name = requireName('rollback', flags.by);
        const asked = parseVersion('rollback', flags.version);
        const workspace = await openLocal(model, options().cwd, flags);
        const data = await workspace.rollback(name, randomUUID(), asked);
        return { data, text: () => releaseText(data, model, flags) };
      }),
    );
};
