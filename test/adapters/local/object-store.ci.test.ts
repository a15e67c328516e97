import { execFile, spawn } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { objectStoreContract } from '../../contracts/object-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

const INCREMENT = new URL('./increment.ts', import.meta.url).pathname;
/** Runs increment.ts in a process of its own. */
const increment = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', INCREMENT, ...args]);
const text = (value: string) => Buffer.from(value);

objectStoreContract('a folder', () => createObjectStore(tempDir()));

async function keysOf(folder: string, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of createObjectStore(folder).list(prefix)) keys.push(key);
  return keys;
}

describe('the object store in a folder', () => {
  it('loses no increment of two processes that write the same object', async () => {
    const folder = tempDir();
    const increments = ['a', 'b'].map((name) => increment(folder, 'hot/counter', '500', name));
    const conflicts = (await Promise.all(increments)).map(
      ({ stdout }) => JSON.parse(stdout).conflicts as number,
    );
    expect(readFileSync(join(folder, 'hot/counter'), 'utf8')).toBe('1000');
    // Without conflicts the two did not meet, and the test would show nothing.
    expect(Math.max(...conflicts)).toBeGreaterThan(0);
    expect(readdirSync(join(folder, '.mlops/locks'))).toEqual([]);
    expect(readdirSync(join(folder, '.mlops/tmp'))).toEqual([]);
  });

  it('goes on after processes were killed in the middle of their writes, and sweeps their leftovers', async () => {
    const folder = tempDir();
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, [
        '--import',
        'tsx',
        INCREMENT,
        folder,
        'counter',
        '1000000',
        'x',
      ]);
      const counter = join(folder, 'counter');
      const before = existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : 0;
      while (!existsSync(counter) || Number(readFileSync(counter, 'utf8')) < before + 3) await wait(1);
      await wait(round);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    const seen = Number(readFileSync(join(folder, 'counter'), 'utf8'));
    const { stdout } = await increment(folder, 'counter', '5', 'last');
    expect(JSON.parse(stdout)).toMatchObject({ conflicts: 0 });
    expect(Number(readFileSync(join(folder, 'counter'), 'utf8'))).toBe(seen + 5);
    expect(readdirSync(join(folder, '.mlops/tmp'))).toEqual([]);
  });

  it('gives a new version although the same bytes come back within a millisecond', async () => {
    const store = createObjectStore(tempDir());
    const versions = new Set<string>();
    await store.tryPut('x', text('A'), { kind: 'absent' });
    for (let change = 0; change < 40; change++) {
      const version = (await store.get('x'))?.version ?? '';
      expect(versions.has(version)).toBe(false);
      versions.add(version);
      const next = await store.tryPut('x', text(change % 2 === 0 ? 'A' : 'B'), { kind: 'version', version });
      expect(next.outcome).toBe('written');
    }
  });

  it('gives a later version even when the clock has gone back', async () => {
    const folder = tempDir();
    const store = createObjectStore(folder);
    await store.write('x', [text('A')]);
    const future = Math.ceil(Date.now() / 1000) + 86_400;
    utimesSync(join(folder, 'x'), future, future);
    const before = (await store.get('x'))?.version ?? '';
    await store.write('x', [text('A')]);
    expect((await store.get('x'))?.version).toBe(before.replace(`${future}000`, `${future}001`));
  });

  it('keeps readers of a replaced object on the content they opened', async () => {
    const store = createObjectStore(tempDir());
    await store.write('x', [text('old')]);
    const opened = await store.read('x');
    await store.write('x', [text('new')]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('old');
  });

  describe("the border of the object store's folder", () => {
    function withLinks() {
      const outside = tempDir();
      writeFileSync(join(outside, 'secret'), 'outside');
      const folder = tempDir();
      symlinkSync(outside, join(folder, 'out'));
      symlinkSync(join(outside, 'secret'), join(folder, 'file'));
      symlinkSync(join(outside, 'nowhere'), join(folder, 'dangling'));
      return { outside, folder, store: createObjectStore(folder) };
    }

    it.each(['out/secret', 'out/new', 'file'])('refuses to read through a link (%s)', async (key) => {
      const { store } = withLinks();
      await expect(store.get(key)).rejects.toMatchObject({ code: 'objects/forbidden' });
      await expect(store.read(key)).rejects.toMatchObject({ code: 'objects/forbidden' });
    });

    it.each(['out/secret', 'out/new', 'out/deep/new'])(
      'refuses to write or delete through a link (%s)',
      async (key) => {
        const { store, outside } = withLinks();
        await expect(store.write(key, [text('x')])).rejects.toMatchObject({ code: 'objects/forbidden' });
        await expect(store.tryPut(key, text('x'), { kind: 'absent' })).rejects.toMatchObject({
          code: 'objects/forbidden',
        });
        if (key !== 'out/deep/new') {
          await expect(store.delete(key)).rejects.toMatchObject({ code: 'objects/forbidden' });
        }
        expect(readdirSync(outside)).toEqual(['secret']);
        expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('outside');
      },
    );

    it('replaces a link in the place of an object instead of following it', async () => {
      const { store, folder, outside } = withLinks();
      await store.write('file', [text('inside')]);
      await store.write('dangling', [text('inside')]);
      expect(lstatSync(join(folder, 'file')).isFile()).toBe(true);
      expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('outside');
      expect(readdirSync(outside)).toEqual(['secret']);
    });

    it('fails to make a folder in the place of a dangling link', async () => {
      const { store, outside } = withLinks();
      await expect(store.write('dangling/x', [text('x')])).rejects.toMatchObject({
        code: expect.stringMatching(/^objects\//),
      });
      expect(readdirSync(outside)).toEqual(['secret']);
    });

    it('leaves links, hidden files and odd names out of lists', async () => {
      const { folder, store } = withLinks();
      writeFileSync(join(folder, '.DS_Store'), '');
      writeFileSync(join(folder, 'with blank'), '');
      await store.write('x', [text('x')]);
      expect(await keysOf(folder)).toEqual(['x']);
      await expect(keysOf(folder, 'out/')).rejects.toMatchObject({ code: 'objects/forbidden' });
    });
  });

  it('reports a key that is the folder of another', async () => {
    const store = createObjectStore(tempDir());
    await store.write('a/b', [text('x')]);
    expect(await store.get('a')).toBeUndefined();
    expect(await store.get('a/b/c')).toBeUndefined();
    await store.delete('a/b/c');
    await store.delete('a');
    for (const key of ['a', 'a/b/c', 'a/b/c/d']) {
      await expect(store.write(key, [text('x')])).rejects.toMatchObject({ code: 'objects/invalid-key' });
      await expect(store.tryPut(key, text('x'), { kind: 'absent' })).rejects.toMatchObject({
        code: 'objects/invalid-key',
      });
    }
    expect((await store.get('a/b'))?.bytes.toString()).toBe('x');
  });

  it('opens a folder through a link', async () => {
    const real = tempDir();
    const link = join(tempDir(), 'link');
    symlinkSync(real, link);
    await createObjectStore(link).write('x', [text('1')]);
    expect(readFileSync(join(real, 'x'), 'utf8')).toBe('1');
  });

  it('removes unfinished files of dead processes, and only those', async () => {
    const folder = tempDir();
    const temporary = join(folder, '.mlops/tmp');
    mkdirSync(temporary, { recursive: true });
    writeFileSync(join(temporary, '999999999.1.deadbeef.0'), 'half');
    const store = createObjectStore(folder);
    expect(readdirSync(temporary)).toEqual([]);
    async function* slow() {
      yield text('first ');
      // Another process starts while this one is still writing.
      createObjectStore(folder);
      yield text('second');
    }
    await store.write('x', slow());
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('first second');
  });
});
