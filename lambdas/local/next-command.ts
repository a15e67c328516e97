/** The command to type next, right for the folder that a failure is about. */

import { existsSync } from 'node:fs';
import type { Ports } from '../ports/index.ts';
import { isRegistered } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { demonstrationBeside, isDemonstration } from './run-folder.ts';
import { shellCommand } from './shell.ts';

/** A model's folder, and the model as it is named in commands. */
export interface NamedFolder {
  readonly root: string;
  /** The name of a blueprint, or the path of its file. */
  readonly model: string;
}

/** Adds `--demo` where the folder is a demonstration's. */
export function commandIn({ root }: Pick<NamedFolder, 'root'>, command: string): string {
  return isDemonstration(root) ? `${command} --demo` : command;
}

/** Returns the command that puts a first version into an empty folder. */
export function fillCommand({ root, model }: NamedFolder): string {
  return isDemonstration(root)
    ? shellCommand('mlops', 'demo', model)
    : `${shellCommand('mlops', 'train', model)} --data FILE`;
}

/** The fix where a folder is empty: people look for a demonstration in the registry, too. */
export function emptyFix(folder: NamedFolder): string {
  const fill = fillCommand(folder);
  if (isDemonstration(folder.root)) return fill;
  return existsSync(demonstrationBeside(folder.root))
    ? `${fill}; the demonstration is shown with --demo`
    : `${fill}; ${shellCommand('mlops', 'demo', folder.model)} plays a demonstration`;
}

/** Returns the command that releases a version when none serves: approve the newest that may be, else train. */
export async function releaseCommand(ports: Pick<Ports, 'objects'>, folder: NamedFolder): Promise<string> {
  const { rejected } = (await readRelease(ports.objects)).state;
  const newest = (await readIndex(ports)).versions.findLast(
    (entry) =>
      isRegistered(entry) &&
      (entry.status === 'pending' || entry.status === 'approved') &&
      !rejected.includes(entry.version),
  );
  return newest === undefined
    ? fillCommand(folder)
    : commandIn(folder, shellCommand('mlops', 'approve', folder.model, newest.version, '--by', 'NAME'));
}
