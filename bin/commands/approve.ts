import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { AddCommand } from '../command.ts';
import { openLocal } from './model-argument.ts';
import { releaseText, requireName } from './release-text.ts';

export const addApprove: AddCommand = (program, { options }, run) => {
  program
    .command('approve')
    .description('approve a version and start its release')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('<version>', 'its number')
    .requiredOption('--by <name>', 'who approves; kept in the audit trail')
    .action((model: string, version: string, { by }: { readonly by: string }) =>
      run('approve', async () => {
        const number = parseVersion(version);
        const name = requireName('approve', by);
        const data = await (await openLocal(model, options().cwd)).approve(number, name);
        return { data, text: () => releaseText(data, model) };
      }),
    );
};

function parseVersion(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const problem = {
    code: 'usage/version',
    path: '<version>',
    message: 'must be a whole number',
    got: `'${text}'`,
    allowed: '1 to 999999999',
  };
  throw new InvalidInput('mlops approve', [problem]);
}
