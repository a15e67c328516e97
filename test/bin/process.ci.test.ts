import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';

const MODEL = resolve('test/bin/short-bank/blueprint.ts');
const PROGRAM = resolve('bin/mlops.mjs');
const LIMIT_MS = 180_000;

/** Starts a whole loop in a process of its own. */
const start = (folder: string): ChildProcess =>
  spawn(process.execPath, [PROGRAM, 'demo', MODEL, '--cwd', folder]);

const ending = (child: ChildProcess): Promise<{ code: number | null; signal: string | null }> =>
  new Promise((end) => child.once('exit', (code, signal) => end({ code, signal })));

const record = (folder: string) =>
  JSON.parse(readFileSync(join(folder, '.mlops/demo/bank-marketing/run.json'), 'utf8'));

/** Waits for the first progress. */
const working = (child: ChildProcess): Promise<void> =>
  new Promise((ready) => {
    let seen = '';
    child.stderr?.on('data', (text) => {
      seen += text;
      if (seen.includes('rows')) ready();
    });
  });

describe('the process of a run', () => {
  // pipe(7): a write to a pipe whose reader has gone fails with EPIPE; full(4): one to /dev/full with ENOSPC.
  it('goes on when nobody can read its progress', { timeout: LIMIT_MS }, async () => {
    const folder = tempDir();
    const child = start(folder);
    const ended = ending(child);
    child.stderr?.once('data', () => child.stderr?.destroy());
    child.stdout?.resume();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(record(folder).state).toBe('done');
  });

  it('keeps its exit code when its errors cannot be written', { timeout: LIMIT_MS }, async () => {
    const child = spawn('sh', [
      '-c',
      'exec "$0" "$1" validate nothing 2>/dev/full',
      process.execPath,
      PROGRAM,
    ]);
    expect(await ending(child)).toEqual({ code: 3, signal: null });
  });

  // signal(7): SIGHUP is what a closed terminal sends.
  it('ends in order when its terminal is closed', { timeout: LIMIT_MS }, async () => {
    const folder = tempDir();
    const child = start(folder);
    const ended = ending(child);
    await working(child);
    child.stderr?.destroy();
    child.stdout?.destroy();
    child.kill('SIGHUP');
    expect(await ended).toEqual({ code: 130, signal: null });
    expect(record(folder).state).toBe('interrupted');
  });

  it('is shown as killed after a kill', { timeout: LIMIT_MS }, async () => {
    const folder = tempDir();
    const child = start(folder);
    const ended = ending(child);
    await working(child);
    child.kill('SIGKILL');
    await ended;
    expect(record(folder).state).toBe('running');
    const status = spawn(process.execPath, [PROGRAM, 'status', MODEL, '--demo', '--cwd', folder]);
    let printed = '';
    status.stdout.on('data', (text) => {
      printed += text;
    });
    await ending(status);
    expect(printed).toMatch(/the last run was killed: .*; mlops demo begins again/);
  });
});
