import { demoOption, openLocal } from '../arguments/model.ts';
import { parseVersion } from '../arguments/version.ts';
import type { AddCommand } from '../command.ts';
import { type ByFlags, releaseText, requireName } from './release-text.ts';

export const addApprove: AddCommand = (program, { options }, run) => {
  program
    .command('approve')
    .description('approve a version and start its release')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('<version>', 'its number')
    .requiredOption('--by <name>', 'who approves; kept in the audit trail')
    .addOption(demoOption())
    .action((model: string, version: string, flags: ByFlags) =>
      run('approve', async () => {
        const number = parseVersion('approve', version);
        const name = requireName('approve', flags.by);
        const data = await (await openLocal(model, options().cwd, flags)).approve(number, name);
        return { data, text: () => releaseText(data, model, flags) };
      }),
    );
};
