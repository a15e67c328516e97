/**
 * A model's two folders on this machine: `.mlops/local/<model>` is its registry, `.mlops/demo/<model>` its demonstration.
 * `run.json` says whose a folder is and how far its run came; a lock keeps two commands apart.
 */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isHeld, withLock } from '../adapters/local/file-lock.ts';
import { makeFolder, privateFolder } from '../adapters/local/private.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { SECRET_FILE } from './pseudonym-secret.ts';

const PLACES = { registry: 'local', demonstration: 'demo' } as const;
const RECORD = 'run.json';
const KIND = 'mlops-local-run';
/** Everything that a run writes beside its record; nothing else is ever removed. */
const OWN = ['store', 'summary.json', 'report.html', 'timings.json', SECRET_FILE] as const;

/** `run.json`: the mark of a folder that is ours, and how far its newest run came. */
export interface FolderRun {
  readonly schemaVersion: 1;
  readonly kind: typeof KIND;
  readonly model: string;
  readonly scenario: string;
  readonly seed: number;
  /** `running` also for a run that was killed: see `runStatus`. */
  readonly state: 'running' | 'done' | 'failed' | 'interrupted';
  /** In words: `window 7 of 24`. */
  readonly reached: string;
}

/** Facts of a run that are known before it begins. */
export type RunPlan = Pick<FolderRun, 'model' | 'scenario' | 'seed'>;

/**
 * A model's folder under the one that holds `.mlops`.
 *
 * @example
 * import { modelFolder } from 'mlops-blueprint/local';
 *
 * const registry = modelFolder(process.cwd(), 'churn', false); // .mlops/local/churn
 * const demonstration = modelFolder(process.cwd(), 'churn', true); // .mlops/demo/churn
 */
export function modelFolder(base: string, model: string, demonstration: boolean): string {
  return join(base, '.mlops', demonstration ? PLACES.demonstration : PLACES.registry, model);
}

/** Whether a model's folder is its demonstration. */
export function isDemonstration(root: string): boolean {
  return basename(dirname(root)) === PLACES.demonstration;
}

/** The folder of the demonstration of the same model. */
export function demonstrationBeside(root: string): string {
  return join(dirname(dirname(root)), PLACES.demonstration, basename(root));
}

/**
 * Does `work` while no other process works in the folder.
 *
 * @throws RuntimeFailure `local/busy` when another one does; what `work` throws
 */
export async function withFolderLock<T>(root: string, work: () => Promise<T>): Promise<T> {
  makeFolder(dirname(root));
  let begun = false;
  const marked = () => {
    begun = true;
    return work();
  };
  try {
    return await withLock(lockOf(root), marked, 0);
  } catch (cause) {
    if (begun || !(cause instanceof RuntimeFailure)) throw cause;
    throw new RuntimeFailure('local/busy', `another command is at work in ${root}`, {
      fix: 'wait until it has ended, or use another folder with --cwd',
      cause,
    });
  }
}

/**
 * Makes the folder ready for a new run: what an earlier run left is removed, and nothing else.
 *
 * @returns notes how far the run has come
 * @throws RuntimeFailure `local/not-ours` when the folder holds such files but no run's record
 */
export function startFolderRun(
  root: string,
  plan: RunPlan,
): (reached: string, state?: FolderRun['state']) => void {
  const foreign = readFolderRun(root) === null ? OWN.filter((name) => existsSync(join(root, name))) : [];
  if (foreign.length > 0)
    throw new RuntimeFailure(
      'local/not-ours',
      `${root} holds ${foreign.join(', ')}, and no run's ${RECORD}`,
      {
        fix: 'move these files away, or use another folder with --cwd',
      },
    );
  for (const name of OWN) rmSync(join(root, name), { recursive: true, force: true });
  privateFolder(root);
  const note = (reached: string, state: FolderRun['state'] = 'running') =>
    writeWhole(join(root, RECORD), { schemaVersion: 1, kind: KIND, ...plan, state, reached });
  note('the beginning');
  return note;
}

/**
 * Makes the folder ours without a run, for a version that comes from elsewhere or rows from a file.
 *
 * @throws RuntimeFailure `local/not-ours` as `startFolderRun` does
 */
export function markFolder(root: string, model: string): void {
  if (readFolderRun(root) === null)
    startFolderRun(root, { model, scenario: 'none', seed: 0 })('by hand', 'done');
}

/** How far a run came, as others see it: the record of a run that was killed says `running` for ever. */
export interface RunStatus extends Omit<FolderRun, 'state'> {
  /** `killed`: the record says `running`, and no process works in the folder. */
  readonly state: FolderRun['state'] | 'killed';
}

/** The newest run in this folder and whether it still runs; null when none has begun there. */
export async function runStatus(root: string): Promise<RunStatus | null> {
  const record = readFolderRun(root);
  if (record?.state !== 'running' || (await isHeld(lockOf(root)))) return record;
  // The run may have ended between the two looks.
  const again = readFolderRun(root);
  return again?.state === 'running' ? { ...again, state: 'killed' } : again;
}

const lockOf = (root: string): string => join(dirname(root), `.${basename(root)}.lock`);

/** How far the newest run in this folder came; null when no run has begun there. */
export function readFolderRun(root: string): FolderRun | null {
  const path = join(root, RECORD);
  if (!existsSync(path)) return null;
  const record = parse(readFileSync(path, 'utf8'));
  return record?.schemaVersion === 1 && record.kind === KIND ? record : null;
}

function parse(text: string): FolderRun | null {
  try {
    return JSON.parse(text) as FolderRun; // its kind is checked by the caller; only `startFolderRun` writes that kind
  } catch {
    return null; // not ours: a run's record is written whole
  }
}

/** A crash leaves the old record or the new one, never half of one. */
function writeWhole(path: string, record: FolderRun): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}
