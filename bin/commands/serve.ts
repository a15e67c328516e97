import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { DEFAULT_MODEL, demoOption, type FolderFlags, openLocal } from '../arguments/model.ts';
import type { AddCommand } from '../command.ts';
import { interruptible } from '../interrupt.ts';

const LARGEST_PORT = 65_535;

export const addServe: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('serve')
    .description('serve the champion on loopback, until Ctrl-C')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--port <number>', 'of the service; 0 takes a free one', '8080')
    .addOption(demoOption())
    .action((model: string, flags: FolderFlags & { readonly port: string }) =>
      run('serve', async () => {
        const number = parsePort(flags.port);
        const { cwd, quiet } = options();
        const server = await (await openLocal(model, cwd, flags)).serve(number, (event, fields) => {
          stderr.write(
            `⚠ ${[event, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(' ')}\n`,
          );
        });
        stderr.write(
          `${server.url}/score takes POST; ${server.url}/openapi.json describes it; Ctrl-C stops it\n`,
        );
        await interruptible(async (signal) => {
          await new Promise((stop) => signal.addEventListener('abort', stop));
          if (!quiet)
            stderr.write('finishing requests in flight, then stopping; Ctrl-C again stops at once\n');
          await server.close();
        });
        return { data: { url: server.url }, text: () => 'stopped' };
      }),
    );
};

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= LARGEST_PORT) return Number(text);
  const problem: Problem = {
    code: 'usage/port',
    path: '--port',
    message: 'must be a port',
    got: `'${text}'`,
    allowed: `0 to ${LARGEST_PORT}`,
  };
  throw new InvalidInput('mlops serve', [problem]);
}
