import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { shellCommand } from '../../lambdas/local/shell.ts';
import { exportVersion, importVersion } from '../../lambdas/local/version-files.ts';
import { demoOption, type FolderFlags, loadLocalModel, localRoot, namedFolder } from '../arguments/model.ts';
import { parseVersion } from '../arguments/version.ts';
import type { AddCommand } from '../command.ts';
import { writeOut } from '../out-file.ts';
import { requireName } from './release-text.ts';

export const addBundle: AddCommand = (program, context, run) => {
  const { options } = context;
  const bundle = program.command('bundle').description('a version as one file, between environments');

  bundle
    .command('export')
    .description('write a version, the champion by default, to a file')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('[version]', 'its number')
    .option('--out <file>', 'default: <model>-v<version>.tar')
    .addOption(demoOption())
    .action((model: string, version: string | undefined, flags: FolderFlags & { readonly out?: string }) =>
      run('bundle export', async () => {
        const { cwd } = options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const number = parseVersion('bundle export', version);
        const { bytes, ...chosen } = await exportVersion(namedFolder(model, cwd, config.name, flags), number);
        const out = flags.out ?? `${config.name}-v${chosen.version}.tar`;
        const { file, shown, aside } = await writeOut(context, 'bundle export', out, [bytes]);
        const data = { ...chosen, file, bytes: bytes.byteLength };
        const text = () =>
          `version ${data.version} is in ${shown}, ${data.bytes} bytes\ndigest ${data.digest}`;
        return { data, text, aside };
      }),
    );

  bundle
    .command('import')
    .description('register the version in a file, under a number of this environment')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('<file>', 'that bundle export wrote')
    .requiredOption('--by <name>', 'who imports it; kept in the lineage')
    .option('--digest <hex>', 'the digest that bundle export printed; another bundle is refused')
    .action((model: string, path: string, flags: { readonly by: string; readonly digest?: string }) =>
      run('bundle import', async () => {
        const { cwd } = options();
        const by = requireName('bundle import', flags.by);
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const file = {
          bytes: readWhole(resolve(cwd, path)),
          subject: `bundle ${path}`,
          ...(flags.digest !== undefined && { digest: flags.digest }),
        };
        const data = await importVersion(localRoot(cwd, config.name), config, file, by);
        const next = shellCommand('mlops', 'approve', model, data.version, '--by', by);
        return {
          data,
          text: () => `version ${data.version} is registered, ${data.status}; ${next} releases it`,
        };
      }),
    );
};

/** @param file - Its whole path, which tells where a relative one was looked for. */
function readWhole(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    const problem: Problem = {
      code: 'bundle/no-file',
      path: file,
      message: 'cannot be read, or does not exist',
      fix: 'give a file that bundle export wrote; relative paths start at --cwd',
    };
    throw new InvalidInput('mlops bundle import', [problem], { cause });
  }
}
