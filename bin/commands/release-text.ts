import { printable } from '../../blueprints/printable.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { isIdentity } from '../../lambdas/core/printable.ts';
import { shellCommand } from '../../lambdas/local/shell.ts';
import type { ReleaseChange } from '../../lambdas/local/target.ts';
import type { FolderFlags } from '../arguments/model.ts';

/** Flags of a command that a person answers for. */
export interface ByFlags extends FolderFlags {
  readonly by: string;
}

/** Returns the result of a release, the version that serves, the rollback target, and what the watch waits for. */
export function releaseText(
  { changed, reason, asked, release }: ReleaseChange,
  model: string,
  { demo = false }: FolderFlags,
): string {
  const { champion, previous, watch, challenger } = release;
  const tick = shellCommand('mlops', 'tick', model, ...(demo ? ['--demo'] : []));
  return [
    ...(asked === undefined ? [] : [`asked to leave: version ${asked}`]),
    changed ? reason : `nothing changed: ${reason}`,
    champion === null ? 'no version serves' : `version ${champion.version} serves`,
    previous === null ? 'nothing to roll back to' : `a rollback would go to version ${previous.version}`,
    ...(challenger?.live === undefined
      ? []
      : [`version ${challenger.version} answers a share of the requests: ${tick}`]),
    ...(watch === null
      ? []
      : [`watched until ${minute(watch.until)}, then confirmed or rolled back: ${tick}`]),
  ].join('\n');
}

/** `2026-03-01 12:30 UTC`. */
export function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Who does it, for the audit trail. */
export function requireName(command: string, by: string): string {
  const name = by.trim();
  if (isIdentity(name)) return name;
  const problem: Problem = {
    code: 'usage/by',
    path: '--by',
    message: 'must name who does it',
    got: `'${printable(by)}'`,
    allowed: '1 to 200 printable characters',
  };
  throw new InvalidInput(`mlops ${command}`, [problem]);
}
