import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Option } from 'commander';
import { type LoadedBlueprint, loadBlueprint } from '../../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../../constructs/config/resolve.ts';
import { expiringPrefixes } from '../../constructs/config/retention.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { Expiry } from '../../lambdas/local/expire.ts';
import type { NamedFolder } from '../../lambdas/local/next-command.ts';
import { modelFolder } from '../../lambdas/local/run-folder.ts';
import { shellCommand } from '../../lambdas/local/shell.ts';
import { type LocalTarget, openLocalTarget } from '../../lambdas/local/target.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';

/** The blueprints that come with this package. */
const BLUEPRINTS = resolve(import.meta.dirname, '../../blueprints');
/** The model that a command means when none is named. */
export const DEFAULT_MODEL = 'bank-marketing';

export interface LocalModel extends LoadedBlueprint {
  readonly resolved: ResolvedConfig;
}

/**
 * Finds a model by the name of a blueprint that comes with the package, or by the path of a blueprint file.
 *
 * @throws InvalidInput naming the blueprints that there are
 */
export function findBlueprint(model: string, cwd: string): string {
  const own = join(BLUEPRINTS, model, 'blueprint.ts');
  if (/^[a-z][a-z0-9-]*$/.test(model) && existsSync(own)) return own;
  const path = resolve(cwd, model);
  if (existsSync(path)) return path;
  const names = readdirSync(BLUEPRINTS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(BLUEPRINTS, entry.name, 'blueprint.ts')))
    .map(({ name }) => name);
  throw new InvalidInput(`model '${model}'`, [
    {
      code: 'blueprint/not-found',
      path: '',
      message: 'is neither the name of a blueprint nor a file',
      allowed: `${names.join(', ')}, or the path of a blueprint.ts or .json`,
    },
  ]);
}

/** Loads a model with the configuration of the local target. */
export async function loadLocalModel(model: string, cwd: string): Promise<LocalModel> {
  const loaded = await loadBlueprint(findBlueprint(model, cwd));
  return { ...loaded, resolved: resolveConfig(loaded.blueprint, parseEnvironment('local'), 'local') };
}

/** Choice between a model's two folders. */
export interface FolderFlags {
  /** The demonstration's, not the registry. @default false */
  readonly demo?: boolean;
}

/** `--demo`, for the commands that read a registry. */
export function demoOption(): Option {
  return new Option(
    '--demo',
    'work on the demonstration that mlops demo played, not on the registry',
  ).default(false);
}

/**
 * Opens a model's registry on this machine, or its demonstration.
 *
 * @throws InvalidInput for an unknown model; RuntimeFailure `local/nothing-here`
 */
export async function openLocal(model: string, cwd: string, flags: FolderFlags = {}): Promise<LocalTarget> {
  const { resolved } = await loadLocalModel(model, cwd);
  const { model: config } = resolved;
  return openLocalTarget(localRoot(cwd, config.name, flags), config, model, expiriesOf(resolved));
}

/** Objects of a model that its environment keeps for a time only. */
export const expiriesOf = ({ retention, model }: ResolvedConfig): readonly Expiry[] =>
  expiringPrefixes(retention, model);

/** The folder of a model, with the name that it has in commands: the one which was typed. */
export function namedFolder(model: string, cwd: string, name: string, flags: FolderFlags): NamedFolder {
  return { root: localRoot(cwd, name, flags), model };
}

/**
 * The folder of a model: its registry in `.mlops/local`, its demonstration in `.mlops/demo`. `.mlops` is in this folder
 * or in the nearest one above that has it.
 *
 * @throws InvalidInput when `cwd` is a file, and `local/other-owner` when the folder above is somebody else's
 */
export function localRoot(cwd: string, model: string, { demo = false }: FolderFlags = {}): string {
  if (statSync(cwd, { throwIfNoEntry: false })?.isFile())
    throw new InvalidInput('mlops', [
      { code: 'usage/cwd', path: '--cwd', message: `${cwd} is not a folder` },
    ]);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const shared = join(folder, '.mlops');
    if (existsSync(shared)) {
      if (folder !== resolve(cwd)) requireOwn(shared, folder);
      return modelFolder(folder, model, demo);
    }
    if (dirname(folder) === folder) return modelFolder(resolve(cwd), model, demo);
  }
}

/**
 * A `.mlops` that lies above, made by another user of this machine, is not used unless it is asked for: models and
 * approvals would be theirs (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory).
 */
function requireOwn(found: string, folder: string): void {
  const user = process.getuid?.();
  // A link counts as well as its target: the link's owner chooses where it leads.
  const owners = [lstatSync(found).uid, statSync(found).uid];
  const allowed = [user, ...(user === 0 ? [Number(process.env.SUDO_UID ?? 0)] : [])];
  if (user === undefined || owners.every((owner) => allowed.includes(owner))) return;
  throw new InvalidInput('mlops', [
    {
      code: 'local/other-owner',
      path: found,
      message: 'belongs to another user',
      got: `user ${owners.find((owner) => !allowed.includes(owner))}`,
      allowed: `user ${user}`,
      fix: `${shellCommand('--cwd', folder)} if you trust it, or mkdir .mlops here`,
    },
  ]);
}
