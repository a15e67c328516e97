import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../bin/main.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type Printed, runMain } from './run-main.ts';
import { blueprint } from './short-bank/blueprint.ts';
import { sample } from './short-bank/generate.ts';

const MODEL = resolve('test/bin/short-bank/blueprint.ts');
const STATE = '.mlops/demo/bank-marketing/store/objects/release/state.json';

describe('commands after a demonstration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const run = (...args: string[]) => runMain([...args, '--cwd', folder]);
  let local: Printed;
  beforeAll(async () => {
    local = await run('demo', MODEL);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes progress to standard error and the table to standard output, without control characters', () => {
    expect(local.code).toBe(0);
    expect(local.err).toContain(`${blueprint.name}: ${blueprint.description}\n`);
    expect(local.err).toContain(`rows arrive in table ${sample.table.name}: `);
    expect(local.err).toContain('✖ version 2 rolled back: ');
    expect(local.out).toMatch(/^1 +first|^ +1 +first/m);
    expect(local.out + local.err).not.toContain('\u001b');
    expect(local.out).toContain('report.html');
  });

  it('keeps each line of the table within the default page', () => {
    for (const line of local.out.split('\n'))
      if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('shows versions, champion and windows in status', async () => {
    const { out } = await run('status', '--demo');
    expect(out).toMatch(/1 {2}approved {2}auc 0\.\d{3} {2}export \w{12} {2}champion/);
    expect(out).toMatch(/2 {2}approved {2}auc 0\.\d{3} {2}export \w{12} {2}rolled back or stopped/);
    expect(out).toContain('no release is under way');
    expect(out).toMatch(/to 2008-12-01 {2}version 1 {2}stable/);
  });

  it('answers requests with the champion in serve until it is interrupted', async () => {
    let told = '';
    const server = main(['serve', MODEL, '--demo', '--port', '0', '--cwd', folder], {
      stdout: { write: () => true },
      stderr: { write: (text) => (told += text) },
    });
    await expect.poll(() => told, { timeout: 20_000 }).toContain('/score takes POST');
    const url = /http:\S+(?=\/score)/.exec(told)?.[0] ?? '';
    expect(await (await fetch(`${url}/model`)).json()).toMatchObject({ name: blueprint.name, version: 1 });
    process.emit('SIGINT');
    expect(await server).toBe(0);
  });

  it('refuses an invalid port of serve', async () => {
    expect(await run('serve', MODEL, '--port', '99999')).toMatchObject({ code: 3, out: '' });
  });

  it('runs status from a folder below', async () => {
    const { code } = await runMain(['status', '--demo', '--cwd', join(folder, '.mlops/demo')]);
    expect(code).toBe(0);
  });

  it('prints one document by status --json', async () => {
    const document = JSON.parse((await run('status', '--demo', '--json')).out);
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'status',
      ok: true,
      exitCode: 0,
      data: { model: 'bank-marketing', run: { state: 'done' }, release: { champion: { version: 1 } } },
    });
  });

  it.each([
    ['approve bank-marketing 9 --by ann', 3, 'registry/not-found'],
    ['approve bank-marketing 2 --by ann', 3, 'release/rejected'],
    ['rollback bank-marketing --by ann', 1, 'release/nothing-before'],
  ])("exits after '%s' with %i and %s", async (args, exit, code) => {
    const { code: got, out, err } = await run(...args.split(' '), '--demo');
    expect([got, out]).toEqual([exit, '']);
    expect(err).toContain(`[${code}]`);
  });

  it('reports in tick that no release is under way', async () => {
    expect((await run('tick', '--demo')).out).toBe(
      'nothing changed: no release is being watched\nversion 1 serves\nnothing to roll back to\n',
    );
  });

  it('changes nothing by a second approval of the champion', async () => {
    expect((await run('approve', 'bank-marketing', '1', '--by', 'ann', '--demo')).out).toMatch(
      /^nothing changed: /,
    );
  });

  it('watches a version that is approved by hand, and tick waits for its responses', async () => {
    const copy = tempDir();
    cpSync(folder, copy, { recursive: true });
    const path = join(copy, STATE);
    const { state, ...stored } = JSON.parse(readFileSync(path, 'utf8'));
    const before = { ...state, rejected: [], outcomes: [] }; // as if version 2 had not been rolled back
    writeFileSync(path, JSON.stringify({ ...stored, state: before, ops: [], sha256: undefined }));
    rmSync(join(dirname(path), 'outcomes'), { recursive: true });
    const again = (...args: string[]) => runMain([...args, '--demo', '--cwd', copy]);
    const approved = await again('approve', 'bank-marketing', '2', '--by', 'ann');
    expect(approved.out).toMatch(
      /^version 2 approved by ann: .*\nversion 2 serves\na rollback would go to version 1\n/,
    );
    expect(approved.out).toMatch(/watched until 20.* UTC, .*mlops tick bank-marketing --demo/);
    expect((await again('tick')).out).toContain('nothing changed: 0 requests so far');
    expect((await again('status')).out).toMatch(/version 2 is watched until 20/);
    const refused = await again('rollback', 'bank-marketing', '--by', 'ann', '--version', '1');
    expect([refused.code, refused.err]).toEqual([
      3,
      expect.stringMatching(
        /version 1 does not serve: version 2 serves \[release\/not-serving\]\n.*--version 2/,
      ),
    ]);
    // Four people press the button at once: one goes back, and the version that is good stays.
    const four = await Promise.all(
      [1, 2, 3, 4].map((person) => again('rollback', 'bank-marketing', '--by', `u${person}`)),
    );
    const done = four.filter(({ code, out }) => code === 0 && !out.includes('nothing changed'));
    expect(done.map(({ out }) => out)).toEqual([
      expect.stringMatching(/^asked to leave: version 2\nversion 2 rolled back by u\d\nversion 1 serves\n/),
    ]);
    const late = await again('rollback', 'bank-marketing', '--by', 'ben', '--version', '2');
    expect([late.code, late.out]).toEqual([
      0,
      expect.stringMatching(
        /\nnothing changed: version 2 does not serve: version 1 serves\nversion 1 serves\n/,
      ),
    ]);
    expect((await again('status')).out).toMatch(/1 {2}approved {2}auc 0\.\d{3} {2}export \w{12} {2}champion/);
  });

  it('names a damaged release pointer', async () => {
    const copy = tempDir();
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, STATE), '{"schemaVer');
    const { code, err } = await runMain(['status', '--demo', '--cwd', copy]);
    expect(code).toBe(1);
    expect(err).toContain('release/state.json is not a readable state object [state/corrupt]');
  });

  it('ends a new run on Ctrl-C with 130, and shows its progress in status', async () => {
    const folder = tempDir();
    const listeners = process.listenerCount('SIGINT');
    const running = runMain(['demo', MODEL, '--json', '--cwd', folder]);
    const waiting = setInterval(() => {
      if (process.listenerCount('SIGINT') === listeners) return;
      clearInterval(waiting);
      process.emit('SIGINT');
    }, 20);
    const { code, out, err } = await running;
    expect([code, err]).toEqual([130, '']);
    expect(JSON.parse(out)).toMatchObject({ exitCode: 130, diagnostics: [{ code: 'local/interrupted' }] });
    expect((await runMain(['status', '--demo', '--cwd', folder])).out).toContain(
      'the last run is interrupted: ',
    );
  });
});

describe('commands before any run', () => {
  it('names the command to run, in status', async () => {
    const { code, err } = await runMain(['status', '--cwd', tempDir()]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /nothing has run in .*\[local\/nothing-here\]\n {4}fix: mlops train bank-marketing --data FILE; mlops demo bank-marketing plays/,
    );
    const demo = await runMain(['status', '--demo', '--cwd', tempDir()]);
    expect(demo.err).toMatch(/\[local\/nothing-here\]\n {4}fix: mlops demo bank-marketing; or/);
  });

  it('refuses a file as folder', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect(await runMain(['status', '--cwd', file])).toMatchObject({
      code: 3,
      err: expect.stringContaining('[usage/cwd]'),
    });
  });

  it('fails where no folder can be made', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, '.mlops'), 'a file');
    const { code, err } = await runMain(['demo', MODEL, '--quiet', '--cwd', folder]);
    expect(code).toBe(1);
    expect(err).toContain('[files/not-a-folder]');
  });
});
