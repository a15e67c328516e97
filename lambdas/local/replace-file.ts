/** Files that people name: replaced by a whole file or left as they are. */

import { createHash } from 'node:crypto';
import { createWriteStream, type Stats } from 'node:fs';
import {
  access,
  constants,
  type FileHandle,
  open,
  readdir,
  readlink,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAlive, SELF } from '../adapters/local/process-identity.ts';
import { errnoOf, syncFolder } from '../adapters/local/safe-path.ts';

/** The new content, in order. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Longest chain of symbolic links, as in Linux (path_resolution(7)). */
const MAX_LINKS = 40;
const SUFFIX = '.part';

/**
 * Replaces the file at `path` by one that holds `chunks`. The bytes are written to a file beside it, made durable and
 * renamed. So the old content stays until the new one is whole: also when a chunk fails, the disk fills or the process
 * is killed. A killed process leaves its unfinished file, `.<hash>.<process>.part`; the next call for the same path
 * removes it.
 *
 * A symbolic link is followed and stays. The mode of an existing file is kept; a read-only file is refused. A device
 * or a pipe is written to directly, because it has no content to replace.
 *
 * @throws NodeJS.ErrnoException with `path`; what `chunks` throws; the reason of `signal`
 */
export async function replaceFile(path: string, chunks: Chunks, signal?: AbortSignal): Promise<void> {
  const named = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw errnoOf(error) === undefined ? error : Object.assign(error as Error, { path }); // a write names no file
    });
  const target = await behindLinks(path);
  const old = await named(statusOf(target));
  if (old?.isDirectory()) throw fileError('EISDIR', 'the path is a folder', path);
  if (old !== undefined && (isKernelPath(target) || !old.isFile())) {
    await named(pipeline(Readable.from(chunks), createWriteStream(target), { ...(signal && { signal }) }));
    return;
  }
  if (old !== undefined) await named(access(target, constants.W_OK));
  const folder = dirname(target);
  const prefix = `.${createHash('sha256').update(basename(target)).digest('hex').slice(0, 12)}.`;
  await named(removeAbandoned(folder, prefix));
  const part = join(folder, `${prefix}${SELF}${SUFFIX}`);
  const file = await named(open(part, 'wx'));
  try {
    try {
      if (old !== undefined) await named(file.chmod(old.mode & 0o7777));
      for await (const chunk of chunks) {
        signal?.throwIfAborted();
        await named(writeAll(file, chunk));
      }
      signal?.throwIfAborted();
      await named(file.sync());
    } finally {
      await file.close();
    }
    await named(rename(part, target));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await named(syncFolder(folder));
}

/** Removes the unfinished files of processes that were killed. */
async function removeAbandoned(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue;
    if (!isAlive(name.slice(prefix.length, -SUFFIX.length))) await rm(join(folder, name), { force: true });
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

/** The path at the end of a chain of symbolic links; nothing needs to be there. */
async function behindLinks(path: string): Promise<string> {
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    if (isKernelPath(at)) return at;
    const next = await readlink(at).catch(() => undefined); // not a link, or not there
    if (next === undefined) return at;
    at = resolve(dirname(at), next);
  }
  throw fileError('ELOOP', 'too many symbolic links', path);
}

/** `/dev/stdout` leads to whatever the shell opened, which must not be replaced by its name. */
const isKernelPath = (path: string): boolean => /^\/(?:dev|proc)\//.test(path);

async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const fileError = (code: string, message: string, path: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${message}, '${path}'`), { code, path });
