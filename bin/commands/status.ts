import type { Status, WindowStatus } from '../../lambdas/local/target.ts';
import { DEFAULT_MODEL, demoOption, type FolderFlags, openLocal } from '../arguments/model.ts';
import type { AddCommand } from '../command.ts';
import type { Page } from '../page.ts';
import { columnsText } from '../table.ts';
import { minute } from './release-text.ts';

export const addStatus: AddCommand = (program, { options }, run) => {
  program
    .command('status')
    .description('show versions, champion, rollback target, the release under way and the last windows')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .addOption(demoOption())
    .action((model: string, flags: FolderFlags) =>
      run('status', async () => {
        const data = await (await openLocal(model, options().cwd, flags)).status();
        return { data, text: (page) => statusText(data, page) };
      }),
    );
};

function statusText({ model, run, versions, unlisted, release, windows }: Status, page: Page): string {
  const rows = versions.map(({ version, status, evaluation: { primary }, lineage }) => [
    String(version),
    status,
    `${primary.name} ${primary.value.toFixed(3)}`,
    lineage.rows === undefined ? '-' : `${lineage.rows.kind} ${lineage.rows.sha256.slice(0, 12)}`,
    role(version, release),
  ]);
  return [
    page.colors.bold(model),
    ...(run === null || run.state === 'done' ? [] : [runText(run)]),
    '',
    rows.length === 0
      ? 'no version yet'
      : columnsText(['version', 'status', 'holdout', 'rows (sha256)', 'serves as'], rows, page),
    ...(unlisted.length === 0
      ? []
      : [
          '',
          `models/index.json does not list version ${unlisted.join(', ')}: restore it from a backup; new versions get higher numbers`,
        ]),
    '',
    watchText(release),
    '',
    windows.length === 0 ? 'no window has been monitored yet' : page.colors.bold('last windows'),
    ...windows.map(windowText),
  ].join('\n');
}

function runText({ state, reached }: NonNullable<Status['run']>): string {
  return state === 'killed'
    ? `the last run was killed: ${reached}; mlops demo begins again`
    : `the last run is ${state}: ${reached}`;
}

function watchText({ watch, champion, challenger }: Status['release']): string {
  if (challenger?.live !== undefined) {
    const { share, shadow, since } = challenger.live;
    const answers = `${Math.round(share * 100)} % of the requests${shadow ? ' in shadow' : ''}`;
    return `version ${challenger.version} answers ${answers} since ${minute(since)}; mlops tick checks it`;
  }
  return watch === null
    ? 'no release is under way'
    : `version ${champion?.version} is watched until ${minute(watch.until)}; mlops tick checks it`;
}

function windowText({ to, version, verdict, alarms }: WindowStatus): string {
  const which = alarms.length === 0 ? '' : `, shifted: ${alarms.join(', ')}`;
  return `  to ${to.slice(0, 10)}  version ${version}  ${verdict}${which}`;
}

function role(version: number, { champion, previous, challenger, rejected }: Status['release']): string {
  if (version === champion?.version) return 'champion';
  if (version === previous?.version) return 'rollback target';
  if (version === challenger?.version) return 'challenger';
  return rejected.includes(version) ? 'rolled back or stopped' : '-';
}
