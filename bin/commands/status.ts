import Table from 'cli-table3';
import pc from 'picocolors';
import { openWorkspace, type Status } from '../../lambdas/local/workspace.ts';
import type { AddCommand } from '../command.ts';
import { DEFAULT_MODEL, loadLocalModel, localRoot } from './model-argument.ts';

export const addStatus: AddCommand = (program, { options }, run) => {
  program
    .command('status')
    .description('show versions, the release under way, and the last window')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .action((model: string) =>
      run('status', async () => {
        const { cwd } = options();
        const { model: config } = (await loadLocalModel(model, cwd)).resolved;
        const data = await openWorkspace(localRoot(cwd, config.name), config).status();
        return { data, text: statusText(data) };
      }),
    );
};

function statusText({ model, versions, release, lastWindow }: Status): string {
  const table = new Table({
    head: ['version', 'status', 'holdout', 'serves'].map((title) => pc.bold(title)),
    style: { head: [], border: [] },
  });
  for (const { version, status, evaluation } of versions) {
    const { name, value } = evaluation.primary;
    table.push([version, status, `${name} ${value.toFixed(3)}`, role(version, release)]);
  }
  const watch =
    release.watch === null
      ? 'no release is under way'
      : `version ${release.champion?.version} is watched until ${new Date(release.watch.until).toISOString()}`;
  const window =
    lastWindow === null
      ? 'no window has been judged'
      : `window to ${lastWindow.to}: ${lastWindow.verdict}${lastWindow.drifted.length > 0 ? ` (${lastWindow.drifted.join(', ')})` : ''}`;
  return [pc.bold(model), table.toString(), watch, window].join('\n');
}

function role(version: number, { champion, previous, challenger, rejected }: Status['release']): string {
  if (version === champion?.version) return 'champion';
  if (version === previous?.version) return 'rollback target';
  if (version === challenger?.version) return 'challenger';
  return rejected.includes(version) ? 'rejected' : '';
}
