import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

/**
 * What a power cut leaves cannot be tried out here, but the order of the calls that it depends on can: content is
 * on the disk before it gets its name, and the name is on the disk before anybody is told (fsync(2): syncing a file
 * does not sync the folder entry).
 */
const disk = vi.hoisted(() => ({ calls: [] as { name: string; path: string }[] }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const record = (name: string, path: string): void => {
    disk.calls.push({ name, path });
  };

  const wrap = (handle: FileHandle, path: string): FileHandle => {
    // One of several overloads.
    const write = handle.write.bind(handle) as unknown as (chunk: Uint8Array, at: number) => Promise<unknown>;
    const sync = handle.sync.bind(handle);
    return Object.assign(handle, {
      write(chunk: Uint8Array, at: number) {
        record('write', path);
        return write(chunk, at);
      },
      async sync() {
        await sync();
        record('sync', path); // done, not only asked for
      },
    });
  };

  return {
    ...real,
    link: (from: string, to: string) => {
      record('link', to);
      return real.link(from, to);
    },
    mkdir: async (path: string, options: { recursive: true }) => {
      const made = await real.mkdir(path, options);
      record('mkdir', path);
      return made;
    },
    open: async (path: string, flags: string | number) => wrap(await real.open(path, flags), path),
    rename: (from: string, to: string) => {
      record('rename', to);
      return real.rename(from, to);
    },
    unlink: async (path: string) => {
      await real.unlink(path);
      record('unlink', path);
    },
  };
});

const bytes = Buffer.from('content');
let root: string;
let store: ReturnType<typeof createObjectStore>;

/** The recorded calls; the file that is written aside is `aside`, and those of locks are left out. */
function steps(): string[] {
  return disk.calls
    .filter(({ path }) => basename(dirname(path)) !== 'locks')
    .map(({ name, path }) => {
      const place = relative(root, path);
      return `${name} ${place.startsWith('.mlops/tmp/') ? 'aside' : place || '.'}`;
    });
}

beforeEach(() => {
  root = tempDir();
  store = createObjectStore(root);
  disk.calls = [];
});

describe('the order in which the object store makes things durable', () => {
  it('syncs new folders, content and name of a new object', async () => {
    await store.tryPut('new/folder/a', bytes, { kind: 'absent' });
    expect(steps()).toEqual([
      'mkdir new',
      'sync .',
      'mkdir new/folder',
      'sync new',
      'write aside',
      'sync aside',
      'link new/folder/a',
      'sync new/folder',
      'unlink aside',
    ]);
  });

  it('syncs content and name of a new version of an object', async () => {
    const put = await store.tryPut('b', bytes, { kind: 'absent' });
    disk.calls = [];
    const version = put.outcome === 'written' ? put.version : '';
    expect(await store.tryPut('b', bytes, { kind: 'version', version })).toMatchObject({
      outcome: 'written',
    });
    expect(steps()).toEqual(['write aside', 'sync aside', 'rename b', 'sync .']);
  });

  it('syncs all content and the name of a stream', async () => {
    await store.write('c', [bytes, bytes]);
    expect(steps()).toEqual(['write aside', 'write aside', 'sync aside', 'rename c', 'sync .']);
  });

  it('syncs the name of a deleted object', async () => {
    await store.write('d', [bytes]);
    disk.calls = [];
    await store.delete('d');
    expect(steps()).toEqual(['unlink d', 'sync .']);
  });
});
