import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { runMain } from './run-main.ts';

const MODEL = resolve('test/bin/short-bank/blueprint.ts');

describe('the option --out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const run = (...args: string[]) => runMain([...args, '--cwd', folder]);
  beforeAll(async () => {
    await run('demo', MODEL);
    await run('export', MODEL, '--demo', '--out', 'rows.csv');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const COMMANDS = [
    ['export', MODEL],
    ['score', MODEL, '--data', 'rows.csv'],
    ['drift', MODEL, '--cur', 'rows.csv'],
    ['card', MODEL],
    ['bundle', 'export', MODEL],
  ];

  it.each(COMMANDS)('keeps the old file when %s fails', async (...command) => {
    const empty = tempDir();
    writeFileSync(join(empty, 'keep.csv'), 'precious\n');
    const { code } = await runMain([...command, '--demo', '--out', 'keep.csv', '--cwd', empty]);
    expect(code).not.toBe(0);
    expect([readFileSync(join(empty, 'keep.csv'), 'utf8'), readdirSync(empty)]).toEqual([
      'precious\n',
      ['keep.csv'],
    ]);
  });

  it.each(COMMANDS)('names the path and a fix when %s cannot write it', async (...command) => {
    mkdirSync(join(folder, 'folder.csv'), { recursive: true });
    const nowhere = await run(...command, '--demo', '--out', 'none/out.csv');
    expect([nowhere.code, nowhere.err]).toEqual([
      1,
      expect.stringMatching(/none\/out\.csv.*\[files\/.*fix: /s),
    ]);
    const isFolder = await run(...command, '--demo', '--out', 'folder.csv');
    expect([isFolder.code, isFolder.err]).toEqual([
      1,
      expect.stringMatching(/folder\.csv: .*\[files\/not-a-file\]\n {4}fix: /),
    ]);
    const full = await run(...command, '--demo', '--out', '/dev/full');
    expect([full.code, full.err]).toEqual([
      1,
      expect.stringMatching(/\/dev\/full: .*\[files\/full\]\n {4}fix: /),
    ]);
  });

  // POSIX.1-2017, Utility Syntax Guideline 13: "-" for a file operand means standard output.
  it.each(COMMANDS)('writes nothing else to standard output with --out - of %s', async (...command) => {
    await run(...command, '--demo', '--out', 'same.csv');
    const { code, out, err } = await run(...command, '--demo', '--out', '-');
    expect(code).toBe(0);
    const printed = command[0] === 'bundle' ? out.length : out;
    const file = readFileSync(join(folder, 'same.csv'));
    if (command[0] === 'bundle') expect(printed).toBeGreaterThan(file.byteLength / 2);
    else expect(printed).toBe(file.toString('utf8'));
    expect(err).toContain('standard output');
    const json = await run(...command, '--demo', '--out', '-', '--json');
    expect([json.code, JSON.parse(json.out).diagnostics[0].code]).toEqual([3, 'usage/out']);
  });
});
