import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { runMain } from './run-main.ts';

const MODEL = resolve('test/bin/short-bank/blueprint.ts');

/** SHA-256 of every file below a folder, by path. */
function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

describe('a demonstration beside a registry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const run = (...args: string[]) => runMain([...args, '--cwd', folder]);
  beforeAll(async () => {
    await run('local', MODEL); // the earlier name of the command
    await run('export', MODEL, '--demo', '--out', 'rows.csv');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is no registry: status names the demonstration where nothing was trained', async () => {
    const { code, err } = await run('status', MODEL);
    expect([code, err]).toEqual([1, expect.stringContaining('the demonstration is shown with --demo')]);
    expect((await run('status', MODEL, '--demo')).code).toBe(0);
  });

  it('leaves every byte of trained, approved and served versions', async () => {
    expect((await run('train', MODEL, '--data', 'rows.csv')).code).toBe(0);

    const fix = `fix: mlops approve ${MODEL} 1 --by NAME\n`;
    expect((await run('serve', MODEL, '--port', '0')).err).toContain(fix);
    expect((await run('rollback', MODEL, '--by', 'ann')).err).toContain(fix);

    expect((await run('approve', MODEL, '1', '--by', 'ann')).code).toBe(0);
    const registry = join(folder, '.mlops/local');
    const before = digests(registry);
    expect(Object.keys(before).length).toBeGreaterThan(10);
    expect((await run('demo', MODEL, '--seed', '3')).code).toBe(0);
    expect((await run('rollback', MODEL, '--by', 'ann', '--demo')).code).toBe(1);
    expect(digests(registry)).toEqual(before);
    expect((await run('status', MODEL)).out).toMatch(
      /1 {2}approved {2}auc 0\.\d{3} {2}file \w{12} {2}champion/,
    );
  });

  it('lies in .mlops/local when an earlier version made it, where status still reads it', async () => {
    const old = tempDir();
    cpSync(join(folder, '.mlops/demo'), join(old, '.mlops/local'), { recursive: true });
    const { code, out } = await runMain(['status', MODEL, '--cwd', old]);
    expect([code, out]).toEqual([0, expect.stringContaining('last windows')]);
  });
});
