import { mkdir, open, realpath } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { RuntimeFailure } from '../../core/errors.ts';
import { PRIVATE } from './private.ts';

/** Whether the error means that a path, or a folder on its way, does not exist. */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/** `ENOENT` and so on, or undefined for an error that is not the file system's. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/**
 * Whether the folder exists.
 *
 * @param folder - Below a root that has been resolved by `realpath`.
 * @throws RuntimeFailure `objects/forbidden` when a symbolic link is on the way, which might lead anywhere
 */
export async function folderExists(folder: string): Promise<boolean> {
  let real: string;
  try {
    real = await realpath(folder);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  if (real !== folder) throw linkOnTheWay(folder);
  return true;
}

/** Makes a folder and those above it, each durable, and follows no symbolic link. */
export async function ensureFolder(folder: string): Promise<void> {
  if (await folderExists(folder)) return;
  const parent = dirname(folder);
  await ensureFolder(parent);
  // Recursive only so that somebody else may make it first.
  await mkdir(folder, { recursive: true, mode: PRIVATE.folder });
  await syncFolder(parent);
}

/** Makes the names in a folder durable. Without it a file that was renamed can be gone after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function linkOnTheWay(path: string): RuntimeFailure {
  return new RuntimeFailure('objects/forbidden', `a symbolic link is on the way to ${path}`, {
    fix: 'replace the link by the folder or file it points to',
  });
}

export function keyIsFolder(path: string, cause: unknown): RuntimeFailure {
  return new RuntimeFailure('objects/invalid-key', `${path}: one key is the folder of another`, {
    cause,
    fix: 'a folder cannot hold both a and a/b; rename one of them',
  });
}

/** Temporary shortages of the machine, which pass with waiting. A full disk is not one. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'ENOMEM']);

/** Runs a file operation and turns the file system's errors into this project's. */
export async function asFailure<T>(root: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === undefined || cause instanceof RuntimeFailure) throw cause;
    const key = relative(root, path);
    if (errno === 'ELOOP') throw linkOnTheWay(path);
    if (errno === 'EISDIR' || errno === 'ENOTDIR' || errno === 'EEXIST') throw keyIsFolder(path, cause);
    const forbidden = errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS';
    throw new RuntimeFailure(forbidden ? 'objects/forbidden' : 'objects/io', `${key}: ${errno}`, {
      cause,
      retryable: PASSING.has(errno),
    });
  }
}
