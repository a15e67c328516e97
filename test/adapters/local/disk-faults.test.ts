import type { FileHandle } from 'node:fs/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import { tempDir } from '../../support/temp-dir.ts';

/**
 * Every call of the file system fails in turn, the way SQLite is tested: the first, the second, until an operation
 * gets through. Whatever fails, an object is whole, old or new, and the answer is true.
 */
const disk = vi.hoisted(() => ({ calls: 0, failAt: Number.POSITIVE_INFINITY, errno: 'EIO', failed: '' }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();

  function check(name: string): void {
    disk.calls += 1;
    if (disk.calls !== disk.failAt) return;
    disk.failed = name;
    throw Object.assign(new Error(`${disk.errno}: ${name}`), { code: disk.errno });
  }

  const failing =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      // A handle is closed even when closing reports an error, and so is this one.
      if (name === 'close') await call(...args);
      check(name);
      return name === 'close' ? (undefined as R) : call(...args);
    };

  type Write = (chunk: Uint8Array, offset: number, length: number) => ReturnType<FileHandle['write']>;

  const wrap = (handle: FileHandle): FileHandle => {
    // One of several overloads.
    const write = handle.write.bind(handle) as unknown as Write;
    // At most 3 bytes at a time: a short write is no error.
    const shortWrite = (chunk: Uint8Array, offset: number) =>
      write(chunk, offset, Math.min(3, chunk.byteLength - offset));
    return Object.assign(handle, {
      close: failing('close', handle.close.bind(handle)),
      sync: failing('sync', handle.sync.bind(handle)),
      write: failing('write', shortWrite),
    });
  };

  return {
    ...real,
    link: failing('link', real.link),
    lstat: failing('lstat', real.lstat as (path: string) => ReturnType<typeof real.lstat>),
    mkdir: failing('mkdir', real.mkdir as (path: string) => Promise<string | undefined>),
    open: failing('open', async (path: string, flags: string | number) => wrap(await real.open(path, flags))),
    readdir: failing('readdir', real.readdir as (path: string) => Promise<string[]>),
    realpath: failing('realpath', real.realpath as (path: string) => Promise<string>),
    rename: failing('rename', real.rename),
    symlink: failing('symlink', real.symlink as (target: string, path: string) => Promise<void>),
    unlink: failing('unlink', real.unlink),
    utimes: failing('utimes', real.utimes),
  };
});

const text = (value: string) => Buffer.from(value);

function failCall(number: number, errno = 'EIO'): void {
  Object.assign(disk, { calls: 0, failAt: number, errno, failed: '' });
}

beforeEach(() => failCall(Number.POSITIVE_INFINITY));

/** Runs `operation` on a new store with call 1, 2, 3 ... failing, until it gets through without a failure. */
async function eachFailure(
  operation: (store: ReturnType<typeof createObjectStore>, folder: string) => Promise<unknown>,
  check: (result: unknown, current: string | undefined, failed: string) => void,
  prepare: (store: ReturnType<typeof createObjectStore>) => Promise<void>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (let number = 1; ; number++) {
    const folder = tempDir();
    const store = createObjectStore(folder);
    await prepare(store);
    failCall(number);
    const result = await operation(store, folder).catch((error: unknown) => error);
    const name = disk.failed;
    failCall(Number.POSITIVE_INFINITY);
    const current = (await createObjectStore(folder).get('a/b'))?.bytes.toString();
    check(result, current, name);
    if (name === '') return failed;
    failed.push(name);
  }
}

describe('the object store on a failing disk', () => {
  it('creates an object or not, and never reports the wrong one', async () => {
    const failed = await eachFailure(
      (store) => store.tryPut('a/b', text('whole content'), { kind: 'absent' }),
      (result, current, failed) => {
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(RuntimeFailure);
          expect(current).toBeUndefined();
        } else {
          expect(result).toMatchObject({ outcome: failed === '' ? 'written' : 'unknown' });
          expect(current).toBe('whole content');
        }
      },
      async () => {},
    );
    expect(new Set(failed)).toEqual(
      new Set(['realpath', 'mkdir', 'open', 'write', 'sync', 'close', 'lstat', 'utimes', 'link', 'unlink']),
    );
  });

  it('replaces an object or not, and never reports the wrong one', async () => {
    let version = '';
    const failed = await eachFailure(
      (store) => store.tryPut('a/b', text('new'), { kind: 'version', version }),
      (result, current, failed) => {
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(RuntimeFailure);
          expect(current).toBe('old');
        } else {
          expect(result).toMatchObject({ outcome: failed === '' ? 'written' : 'unknown' });
          expect(current).toBe('new');
        }
      },
      async (store) => {
        await store.write('a/b', [text('old')]);
        version = (await store.get('a/b'))?.version ?? '';
      },
    );
    expect(failed).toEqual(expect.arrayContaining(['symlink', 'rename', 'sync', 'unlink']));
  });

  it('writes a stream whole or not at all', async () => {
    await eachFailure(
      (store) => store.write('a/b', [text('new '), text('content')]),
      (result, current) => {
        expect(['old', 'new content']).toContain(current);
        if (result === undefined) expect(current).toBe('new content');
        else expect(result).toBeInstanceOf(RuntimeFailure);
      },
      (store) => store.write('a/b', [text('old')]),
    );
  });

  it('deletes an object or not', async () => {
    await eachFailure(
      (store) => store.delete('a/b'),
      (result, current) => {
        if (result === undefined) expect(current).toBeUndefined();
        else expect(result).toBeInstanceOf(RuntimeFailure);
      },
      (store) => store.write('a/b', [text('old')]),
    );
  });

  it.each(['get', 'read', 'list'] as const)(
    'never mistakes a failure in %s for an absent object',
    async (operation) => {
      await eachFailure(
        async (store) => {
          if (operation !== 'list') return (await store[operation]('a/b')) === undefined ? 'absent' : 'found';
          const keys: string[] = [];
          for await (const key of store.list('a/')) keys.push(key);
          return keys.join();
        },
        (result) => {
          if (result instanceof Error) expect(result).toBeInstanceOf(RuntimeFailure);
          else expect(result).toBe(operation === 'list' ? 'a/b' : 'found');
        },
        (store) => store.write('a/b', [text('old')]),
      );
    },
  );

  it.each([
    ['EMFILE', 'objects/io', true],
    ['ENOSPC', 'objects/io', false],
    ['EACCES', 'objects/forbidden', false],
    ['EROFS', 'objects/forbidden', false],
  ])('reports %s as %s, retryable: %s', async (errno, code, retryable) => {
    const store = createObjectStore(tempDir());
    await store.write('a/b', [text('old')]);
    failCall(1, errno);
    await expect(store.get('a/b')).rejects.toMatchObject({ code, retryable, cause: { code: errno } });
  });

  it('returns an empty list when the folder goes away while it is listed', async () => {
    const store = createObjectStore(tempDir());
    await store.write('a/b', [text('old')]);
    failCall(2, 'ENOENT');
    const keys: string[] = [];
    for await (const key of store.list('a/')) keys.push(key);
    expect({ keys, failed: disk.failed }).toEqual({ keys: [], failed: 'readdir' });
  });
});
