import { DEFAULT_MODEL, demoOption, type FolderFlags, openLocal } from '../arguments/model.ts';
import type { AddCommand } from '../command.ts';
import { releaseText } from './release-text.ts';

export const addTick: AddCommand = (program, { options }, run) => {
  program
    .command('tick')
    .description(
      'check the release under way by its responses so far; in a cloud a timer does it each minute',
    )
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .addOption(demoOption())
    .action((model: string, flags: FolderFlags) =>
      run('tick', async () => {
        const data = await (await openLocal(model, options().cwd, flags)).tick();
        return { data, text: () => releaseText(data, model, flags) };
      }),
    );
};
