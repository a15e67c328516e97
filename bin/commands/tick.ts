import type { AddCommand } from '../command.ts';
import { DEFAULT_MODEL, openLocal } from './model-argument.ts';
import { releaseText } from './release-text.ts';

export const addTick: AddCommand = (program, { options }, run) => {
  program
    .command('tick')
    .description('judge the release under way by its answers so far; in a cloud a timer does it each minute')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .action((model: string) =>
      run('tick', async () => {
        const data = await (await openLocal(model, options().cwd)).tick();
        return { data, text: () => releaseText(data, model) };
      }),
    );
};
