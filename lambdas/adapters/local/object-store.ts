import { createHash } from 'node:crypto';
import { constants, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, unlink, utimes } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { checkKey, checkPrefix } from '../../ports/object-key.ts';
import type { ConditionalWrite, ObjectStore, StoredObject } from '../../ports/object-store.ts';
import { withLock } from './file-lock.ts';
import { listFolder } from './list-folder.ts';
import { PRIVATE } from './private.ts';
import {
  asFailure,
  ensureFolder,
  errnoOf,
  folderExists,
  isMissing,
  keyIsFolder,
  linkOnTheWay,
  syncFolder,
} from './safe-path.ts';
import { openStagingArea } from './staging-area.ts';

/** Holds unfinished files and locks. No key begins with a dot. */
const HIDDEN = '.mlops';

/**
 * The object store in a folder, for many processes of one machine.
 *
 * A file is written aside, made durable and then linked (create) or renamed (replace) into its place, so that no
 * reader and no crash ever sees a part of it. Replacing and deleting take the key's lock.
 *
 * Version: `<modification time, ms>-<sha256 of the content>`. Under the lock the time of the new file is set to
 * at least 1 ms after the old one's, so a version never comes back although the same bytes may. Both parts are
 * read through one open file, so they belong together.
 *
 * Limits: one key cannot be the folder of another (`a` and `a/b`); on a file system that ignores case, keys that
 * differ only in case are one; symbolic links below the root are refused, and left out of lists.
 */
export function createObjectStore(folder: string): ObjectStore {
  const locked = lockedIn(folder);
  const root = realpathSync(folder);
  const staging = openStagingArea(join(root, HIDDEN, 'tmp'));

  const pathOf = (key: string): string => {
    checkKey(key);
    return join(root, key);
  };

  /** Links the staged file into its place. Fails if the name is taken, in one system call: no lock is needed. */
  async function create(staged: string, path: string): Promise<number | undefined> {
    const at = await stamp(staged, path);
    try {
      await link(staged, path);
      return at;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if ((await statusOf(path))?.isDirectory()) throw keyIsFolder(path, error);
      return undefined;
    }
  }

  /** Moves the staged file into the place of the expected version. The caller holds the lock. */
  async function replace(staged: string, path: string, expected: string): Promise<number | undefined> {
    if ((await load(path))?.version !== expected) return undefined;
    const at = await stamp(staged, path);
    await rename(staged, path);
    return at;
  }

  return {
    locate: pathOf,

    async get(key) {
      const path = pathOf(key);
      return asFailure(root, path, () => load(path));
    },

    async read(key) {
      const path = pathOf(key);
      return asFailure(root, path, async () => {
        const file = await openFile(path);
        return file?.createReadStream({ highWaterMark: 256 * 1024 });
      });
    },

    async write(key, chunks) {
      const path = pathOf(key);
      await asFailure(root, path, async () => {
        await ensureFolder(dirname(path));
        await staging.stage(chunks, (staged) =>
          locked(path, async () => {
            await stamp(staged, path);
            await rename(staged, path);
            await syncFolder(dirname(path));
          }),
        );
      });
    },

    async create(key, chunks) {
      const path = pathOf(key);
      return asFailure(root, path, async () => {
        await ensureFolder(dirname(path));
        const at = await staging.stage(chunks, (staged) => create(staged, path));
        if (at !== undefined) await syncFolder(dirname(path));
        return at !== undefined;
      });
    },

    async tryPut(key, bytes, condition) {
      const path = pathOf(key);
      const folder = dirname(path);
      let placed = false;
      /** Makes the name durable; from here on nobody can say that nothing was written. */
      const settle = async (at: number | undefined): Promise<ConditionalWrite> => {
        if (at === undefined) return { outcome: 'conflict' };
        placed = true;
        await syncFolder(folder);
        return { outcome: 'written', version: versionOf(at, bytes) };
      };
      return asFailure(root, path, async () => {
        if (condition.kind === 'version' && !(await folderExists(folder))) return { outcome: 'conflict' };
        await ensureFolder(folder);
        try {
          return await staging.stage([bytes], async (staged) =>
            condition.kind === 'absent'
              ? settle(await create(staged, path))
              : locked(path, async () => settle(await replace(staged, path, condition.version))),
          );
        } catch (cause) {
          if (placed) return { outcome: 'unknown', cause };
          throw cause;
        }
      });
    },

    async *list(prefix) {
      checkPrefix(prefix);
      const inside = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      yield* listFolder(root, inside, prefix);
    },

    async rewrite(key, change) {
      const path = pathOf(key);
      await asFailure(root, path, async () => {
        if (!(await folderExists(dirname(path)))) return;
        await locked(path, async () => {
          const found = await load(path);
          const next = found && change(found.bytes);
          if (next === undefined) return;
          await staging.stage([next], async (staged) => {
            await stamp(staged, path);
            await rename(staged, path);
            await syncFolder(dirname(path));
          });
        });
      });
    },

    async delete(key) {
      const path = pathOf(key);
      await asFailure(root, path, async () => {
        if (!(await folderExists(dirname(path)))) return;
        await locked(path, async () => {
          const file = await openFile(path);
          if (file === undefined) return;
          await file.close();
          await unlink(path);
          await syncFolder(dirname(path));
        });
      });
    },
  };
}

/** Runs work while no other process or call replaces, deletes or appends to the object at a path. */
export type Locked = <T>(path: string, work: () => Promise<T>) => Promise<T>;

/** The locks of the objects in a folder: of the store itself, and of a stream that appends to objects. */
export function lockedIn(folder: string): Locked {
  mkdirSync(join(folder, HIDDEN, 'locks'), { recursive: true, mode: PRIVATE.folder });
  const root = realpathSync(folder);
  const locks = join(root, HIDDEN, 'locks');
  return (path, work) => {
    // One name for an object, whether or not a link leads to the folder.
    const key = relative(path.startsWith(root) ? root : folder, path);
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return withLock(join(locks, name), work);
  };
}

/** Opens an object's file; undefined when there is none, or a folder of that name. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  if (!(await folderExists(dirname(path)))) return undefined;
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw errnoOf(error) === 'ELOOP' ? linkOnTheWay(path) : error;
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

async function load(path: string): Promise<StoredObject | undefined> {
  const file = await openFile(path);
  if (file === undefined) return undefined;
  try {
    const { mtimeMs } = await file.stat();
    const bytes = await file.readFile();
    return { bytes, version: versionOf(mtimeMs, bytes) };
  } finally {
    await file.close();
  }
}

function versionOf(mtimeMs: number, bytes: Uint8Array): string {
  return `${Math.round(mtimeMs)}-${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Gives the staged file its modification time: now, and later than that of the file it will replace. */
async function stamp(staged: string, target: string): Promise<number> {
  const replaced = await statusOf(target);
  const at = Math.max(Date.now(), Math.round(replaced?.mtimeMs ?? 0) + 1);
  await utimes(staged, at / 1000, at / 1000);
  return at;
}

async function statusOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
