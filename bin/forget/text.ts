import { count } from '../../lambdas/core/format.ts';
import { type Page, wrap } from '../page.ts';
import { columnsText } from '../table.ts';
import type { ForgetDocument } from './document.ts';

/** Lists what was found and deleted, the versions with new snapshots, and everything that stays. */
export function forgetText(document: ForgetDocument, page: Page): string {
  const { colors, columns } = page;
  const { model, place, dryRun, forgottenAt, found, online, versions, formerVersions, remains, id } =
    document;
  const rows = [
    ...found.map((one) => [`  ${one.prefix}/`, count(one.objects), one.rows === 0 ? '' : count(one.rows)]),
    ...(online ? [['  online store', '', '1']] : []),
    ...(formerVersions > 0 ? [['  former versions of objects', count(formerVersions), '']] : []),
  ];
  return [
    `${colors.bold(`${model} on ${place}`)}${dryRun ? colors.yellow(': nothing is changed in a dry run') : ''}`,
    ...(forgottenAt === null ? [] : [colors.dim(`  deleted before, at ${forgottenAt}`)]),
    '',
    colors.bold(dryRun ? 'would be deleted, for good' : 'deleted'),
    rows.length === 0 ? '  nothing is left' : columnsText(['  where', 'objects', 'rows'], rows, page),
    ...(versions.length === 0
      ? []
      : ['', colors.bold('versions that learnt from these rows'), ...versions.map(versionText)]),
    '',
    colors.bold('stays, or may stay'),
    ...remains.flatMap(({ what, why }) =>
      wrap(`${what}: ${why}`, columns - 4).map((line, index) => `  ${index === 0 ? '' : '  '}${line}`),
    ),
    '',
    colors.dim(
      dryRun ? 'without --dry-run it is deleted' : `record forgotten/${id}.json; the key is not in it`,
    ),
  ].join('\n');
}

function versionText({ version, rewritten }: ForgetDocument['versions'][number]): string {
  if (rewritten === undefined) return `  ${version}`;
  const { snapshotId, sha256 } = rewritten;
  return sha256 === null
    ? `  ${version}: its snapshot had no keys beside its rows and was deleted whole`
    : `  ${version}: snapshot ${snapshotId}, ${sha256.slice(0, 12)}…, without them`;
}
