import { mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hintOfCause, systemError } from '../../bin/system-errors.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { tempDir } from '../support/temp-dir.ts';

/** The system's own error. */
function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

const errno = (code: string, details: object = {}) => Object.assign(new Error(code), { code, ...details });

describe('an error of the operating system', () => {
  // errno(3) of the Linux man pages names each.
  it('names the path of a file, the meaning and the fix', () => {
    const folder = tempDir();
    const at = (name: string) => join(folder, name);
    writeFileSync(at('file'), '');
    symlinkSync('loop', at('loop'));
    const cases: [work: () => unknown, code: string, message: string][] = [
      [() => readdirSync(at('none')), 'files/not-found', `${at('none')}: the file or folder does not exist`],
      [() => openSync(at('a/b/c'), 'w'), 'files/not-found', `${at('a/b/c')}: its folder does not exist`],
      [() => openSync(folder, 'w'), 'files/not-a-file', `${folder}: a folder is where a file is needed`],
      [
        () => openSync(at('file/x'), 'w'),
        'files/not-a-folder',
        `${at('file/x')}: a file is where a folder is needed`,
      ],
      [() => openSync(at('loop'), 'w'), 'files/link', `${at('loop')}: the symbolic links lead in a circle`],
      [
        () => mkdirSync(at('x'.repeat(300))),
        'files/name-too-long',
        expect.stringContaining('too long') as never,
      ],
    ];
    for (const [work, code, message] of cases)
      expect(systemError(errorOf(work))).toEqual({ code, message, hint: expect.any(String) });
  });

  it('names the link when folders lie below a link to nowhere', () => {
    const folder = tempDir();
    symlinkSync('gone', join(folder, '.mlops'));
    const error = errorOf(() => mkdirSync(join(folder, '.mlops', 'local'), { recursive: true }));
    expect(systemError(error)).toMatchObject({
      code: 'files/link',
      message: `${join(folder, '.mlops')}: the symbolic link leads to gone, which is not there`,
    });
  });

  it('names a port, and does not mistake it for a file', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    const { port } = server.address() as { port: number };
    const error = await new Promise((failed) =>
      createServer().once('error', failed).listen(port, '127.0.0.1'),
    );
    server.close();
    expect(systemError(error)).toMatchObject({
      code: 'network/port-taken',
      message: `127.0.0.1:${port}: the port is taken`,
      hint: expect.stringContaining('--port 0'),
    });
    expect(systemError(errno('EACCES', { syscall: 'listen', address: '127.0.0.1', port: 80 }))).toMatchObject(
      {
        code: 'network/port-forbidden',
      },
    );
  });

  it('has words and a fix without a path too', () => {
    expect(systemError(errno('ENOSPC', { syscall: 'write' }))).toMatchObject({
      code: 'files/full',
      message: 'the disk is full',
    });
    expect(systemError(errno('EMFILE', { syscall: 'open', path: '/x' }))).toMatchObject({
      code: 'files/too-many-open',
      hint: expect.stringContaining('ulimit'),
    });
  });

  it('gives a fix to a failure of ours that it caused', () => {
    const cause = new RuntimeFailure('objects/io', 'c', { cause: errno('ENOSPC', { syscall: 'write' }) });
    expect(hintOfCause(new RuntimeFailure('objects/io', 'x: ENOSPC', { cause }))).toContain('make room');
    expect(hintOfCause(new RuntimeFailure('objects/io', 'x'))).toBeUndefined();
    const round = new Error('round');
    round.cause = round;
    expect(hintOfCause(round)).toBeUndefined();
  });

  it('leaves other errors as they are', () => {
    expect([systemError(new TypeError('bug')), systemError('text'), systemError(errno('ERR_X'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
