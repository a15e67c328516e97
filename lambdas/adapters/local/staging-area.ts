import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE } from './private.ts';
import { isAlive, SELF } from './process-identity.ts';

/** Folder for files until they are moved into place: on the same file system, out of sight. */
export interface StagingArea {
  /**
   * Writes the chunks to a new file, makes them durable, and passes it on. `publish` moves or links the file;
   * whatever it leaves, or a failure leaves, is removed.
   */
  stage<T>(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    publish: (path: string) => Promise<T>,
  ): Promise<T>;
}

/** Opens the folder and removes the files of processes that have died in the middle of a write. */
export function openStagingArea(folder: string): StagingArea {
  mkdirSync(folder, { recursive: true, mode: PRIVATE.folder });
  for (const name of readdirSync(folder)) {
    if (!isAlive(name)) rmSync(join(folder, name), { force: true });
  }
  return {
    async stage(chunks, publish) {
      const path = join(folder, `${SELF}.${randomUUID()}`);
      const file = await open(path, 'wx', PRIVATE.file);
      try {
        try {
          for await (const chunk of chunks) await writeAll(file, chunk);
          await file.sync();
        } finally {
          await file.close();
        }
        return await publish(path);
      } finally {
        await removeIfThere(path);
      }
    },
  };
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
