import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../../lambdas/local/replace-file.ts';
import { tempDir } from '../support/temp-dir.ts';
import { itWith, ordinaryUser } from '../support/tools.ts';

const text = (value: string) => [Buffer.from(value)];
const errnoOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code, path }) => [code, path],
  );

describe('a replaced file', () => {
  it('has the new content, keeps its mode, and leaves nothing beside it', async () => {
    const folder = tempDir();
    const file = join(folder, 'a.csv');
    await replaceFile(file, text('first'));
    chmodSync(file, 0o640);
    await replaceFile(file, [Buffer.from('sec'), Buffer.from('ond')]);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777, readdirSync(folder)]).toEqual([
      'second',
      0o640,
      ['a.csv'],
    ]);
  });

  it('keeps its old content when a chunk fails, and no unfinished file stays', async () => {
    const folder = tempDir();
    const file = join(folder, 'a.csv');
    writeFileSync(file, 'precious');
    const chunks = async function* () {
      yield Buffer.from('half');
      throw new Error('the database is gone');
    };
    await expect(replaceFile(file, chunks())).rejects.toThrow('the database is gone');
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['precious', ['a.csv']]);
  });

  it('keeps its old content when the write is stopped', async () => {
    const file = join(tempDir(), 'a.csv');
    writeFileSync(file, 'precious');
    const stop = new AbortController();
    const chunks = function* () {
      yield Buffer.from('half');
      stop.abort(new Error('stopped'));
      yield Buffer.from('other half');
    };
    await expect(replaceFile(file, chunks(), stop.signal)).rejects.toThrow('stopped');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  // rename(2): "there will probably be a window in which both names refer to the file", never one without the file.
  it('is whole or old after SIGKILL at any moment, and the next write removes the leftovers', async () => {
    const folder = tempDir();
    const file = join(folder, 'a.csv');
    writeFileSync(file, 'precious');
    const module = JSON.stringify(resolve('lambdas/local/replace-file.ts'));
    const code = `import { replaceFile } from ${module};
      const chunks = async function* () { for (;;) { yield Buffer.alloc(65536, 97); process.stdout.write('.'); } };
      await replaceFile(${JSON.stringify(file)}, chunks());`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code]);
    await new Promise((ready) => child.stdout.once('data', ready));
    const ended = new Promise((end) => child.once('exit', (_, signal) => end(signal)));
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toHaveLength(2);
    await replaceFile(file, text('next'));
    expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['next', ['a.csv']]);
  });

  it('is found behind symbolic links, even one to nowhere; the links stay', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'data'));
    symlinkSync('data/real.csv', join(folder, 'link.csv'));
    symlinkSync('link.csv', join(folder, 'link-of-link.csv'));
    await replaceFile(join(folder, 'link-of-link.csv'), text('one'));
    await replaceFile(join(folder, 'link.csv'), text('two'));
    expect(readFileSync(join(folder, 'data', 'real.csv'), 'utf8')).toBe('two');
    expect(lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true);
  });

  it('is written directly when it is a device', async () => {
    await replaceFile('/dev/null', text('gone'));
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    // full(4): writes to /dev/full fail with ENOSPC.
    expect(await errnoOf(replaceFile('/dev/full', text('x')))).toEqual(['ENOSPC', '/dev/full']);
  });

  it('fails with the path as it was given', async () => {
    const folder = tempDir();
    const at = (name: string) => join(folder, name);
    mkdirSync(at('folder'));
    writeFileSync(at('file'), '');
    symlinkSync('loop', at('loop'));
    expect(await errnoOf(replaceFile(at('none/a.csv'), text('x')))).toEqual(['ENOENT', at('none/a.csv')]);
    expect(await errnoOf(replaceFile(at('folder'), text('x')))).toEqual(['EISDIR', at('folder')]);
    expect(await errnoOf(replaceFile(at('file/a.csv'), text('x')))).toEqual(['ENOTDIR', at('file/a.csv')]);
    expect(await errnoOf(replaceFile(at('loop'), text('x')))).toEqual(['ELOOP', at('loop')]);
    const long = at('x'.repeat(300));
    expect(await errnoOf(replaceFile(long, text('x')))).toEqual(['ENAMETOOLONG', long]);
  });

  itWith(ordinaryUser, 'fails when the file is read-only, or its folder', async () => {
    const folder = tempDir();
    const file = join(folder, 'a.csv');
    writeFileSync(file, 'precious', { mode: 0o444 });
    expect(await errnoOf(replaceFile(file, text('x')))).toEqual(['EACCES', file]);
    chmodSync(folder, 0o555);
    const other = join(folder, 'b.csv');
    expect(await errnoOf(replaceFile(other, text('x')))).toEqual(['EACCES', other]);
    chmodSync(folder, 0o755);
  });
});
