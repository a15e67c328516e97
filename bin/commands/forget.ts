import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { runForget } from '../../lambdas/forget/forget.ts';
import { forgetLocally } from '../../lambdas/local/forget.ts';
import { cloudOption, knownCloud } from '../arguments/cloud.ts';
import { demoOption, type FolderFlags, loadLocalModel, localRoot } from '../arguments/model.ts';
import { loadCloudModel } from '../cloud-model.ts';
import { loadTools, TOOLS_CLOUDS, type ToolsCloud } from '../clouds/load.ts';
import type { AddCommand } from '../command.ts';
import { type ForgetDocument, forgetDocument } from '../forget/document.ts';
import { forgetText } from '../forget/text.ts';
import { withProgress } from '../spinner.ts';

interface ForgetFlags extends FolderFlags {
  readonly key: string;
  readonly env?: string;
  readonly cloud: string;
  readonly dryRun: boolean;
}

/** How a deletion is asked for. */
interface Asked extends Pick<ForgetFlags, 'key' | 'dryRun'> {
  readonly onStep: (doing: string) => void;
}

export const addForget: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('forget')
    .description('delete the rows of one person from everything that a model has stored, for good')
    .argument('<model>', 'name of a blueprint, or path of its file')
    .requiredOption('--key <value>', 'value of the key column, exactly as the rows have it')
    .option('--env <name>', 'environment of stacks/config (default: the registry on this machine)')
    .addOption(cloudOption(TOOLS_CLOUDS))
    .option('--dry-run', 'count the rows and change nothing', false)
    .addOption(demoOption())
    .action((model: string, flags: ForgetFlags) =>
      run('forget', async () => {
        const cloud = knownCloud('forget', flags.cloud, TOOLS_CLOUDS);
        const { cwd, ...manner } = options();
        const { key, env, dryRun } = flags;
        requireKey(key);
        let doing = '';
        const asked: Asked = {
          key,
          dryRun,
          onStep: (step) => {
            doing = step;
          },
        };
        const data = await withProgress(
          stderr,
          manner,
          () => doing,
          () =>
            env === undefined
              ? onMachine(model, cwd, flags, asked)
              : onCloud({ model, cwd, env, cloud }, asked),
        );
        return { data, text: (page) => forgetText(data, page) };
      }),
    );
};

/** @throws InvalidInput `usage/key` */
function requireKey(key: string): void {
  if (key !== '') return;
  throw new InvalidInput('mlops forget', [
    { code: 'usage/key', path: '--key', message: 'is empty', fix: 'give the value of the key column' },
  ]);
}

async function onMachine(
  model: string,
  cwd: string,
  flags: FolderFlags,
  asked: Asked,
): Promise<ForgetDocument> {
  const { resolved } = await loadLocalModel(model, cwd);
  const { model: config } = resolved;
  const report = await forgetLocally({ root: localRoot(cwd, config.name, flags), config, model, ...asked });
  const backups = { what: 'backups of this machine', why: 'they are not of this program' };
  return forgetDocument(report, resolved, { place: 'this machine', beyond: [backups] });
}

/** A model in one environment of a cloud, as flags name it. */
interface Deployed {
  readonly model: string;
  readonly cwd: string;
  readonly env: string;
  readonly cloud: ToolsCloud;
}

async function onCloud({ model, cwd, env, cloud }: Deployed, asked: Asked): Promise<ForgetDocument> {
  const { config }: { readonly config: ResolvedConfig } = await loadCloudModel(model, env, cloud, {
    cwd,
    command: 'forget',
  });
  const { openPersonStores } = await loadTools(cloud);
  const { account, region, beyond, ...stores } = await openPersonStores(config);
  const report = await runForget({ ...stores, config: config.model, ...asked });
  return forgetDocument(report, config, { place: `account ${account}, ${region}, ${env}`, beyond });
}
