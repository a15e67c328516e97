import { createHash, randomUUID } from 'node:crypto';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { RuntimeFailure } from '../../core/errors.ts';
import { isAlive, SELF } from './process-identity.ts';

/** Locks are held for one rename; whoever waits longer than this waits for something that is broken. */
const PATIENCE_MS = 15_000;
const POLL_MS = 2;

/**
 * Runs `work` while no other process or call holds the lock at `path`.
 *
 * The lock is a symbolic link whose target names its holder: made in one system call, whole or not at all. The
 * lock of a process that has died is broken by the next one.
 *
 * @throws RuntimeFailure `objects/busy` (retryable) when the lock was not free in time; `work` has not begun
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  await acquire(path, patienceMs);
  try {
    return await work();
  } finally {
    await unlink(path);
  }
}

async function acquire(path: string, patienceMs: number): Promise<void> {
  const token = `${SELF}.${randomUUID()}`;
  const deadline = performance.now() + patienceMs;
  while (!(await tryLink(token, path))) {
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      await breakLock(path, holder, patienceMs);
    } else if (performance.now() > deadline) {
      throw new RuntimeFailure('objects/busy', `the lock ${path} is held by process ${holder}`, {
        retryable: true,
        fix: 'end that process, or remove the lock if the process is not of this program',
      });
    } else {
      await wait(POLL_MS);
    }
  }
}

/**
 * Removes a dead process's lock. Two that find it dead must not both remove it, or the second would remove the
 * first one's new lock: so breaking is itself done under a lock, named after the dead holder, and looks again.
 */
async function breakLock(path: string, dead: string, patienceMs: number): Promise<void> {
  const name = createHash('sha256').update(dead).digest('hex').slice(0, 16);
  await withLock(
    `${path}.after-${name}`,
    async () => {
      if ((await holderOf(path)) === dead) await unlink(path);
    },
    patienceMs,
  );
}

async function tryLink(token: string, path: string): Promise<boolean> {
  try {
    await symlink(token, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether a process that still runs holds the lock at `path`. */
export async function isHeld(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  return holder !== undefined && isAlive(holder);
}

async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
