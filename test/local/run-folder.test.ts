import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { readFolderRun, runStatus, startFolderRun, withFolderLock } from '../../lambdas/local/run-folder.ts';
import { openLocalTarget } from '../../lambdas/local/target.ts';
import { CONFIG } from '../score/fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const PLAN = { model: 'churn', scenario: 'drift', seed: 1 };

describe('startFolderRun', () => {
  it('removes the files of an earlier run and nothing else', () => {
    const root = join(tempDir(), 'churn');
    startFolderRun(root, PLAN);
    mkdirSync(join(root, 'store/objects'), { recursive: true });
    for (const name of ['summary.json', 'notes.txt']) writeFileSync(join(root, name), '{}');
    startFolderRun(root, PLAN);
    expect(['store', 'summary.json', 'notes.txt'].map((name) => existsSync(join(root, name)))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it.each(['', '{"kind": "somebody else\'s"}', '{"schemaVersion": 1', 'null'])(
    'refuses a folder whose run.json is %j, and touches nothing',
    (record) => {
      const root = tempDir();
      mkdirSync(join(root, 'store'));
      writeFileSync(join(root, 'store/mine'), 'mine');
      if (record !== '') writeFileSync(join(root, 'run.json'), record);
      expect(() => startFolderRun(root, PLAN)).toThrow(expect.objectContaining({ code: 'local/not-ours' }));
      expect(readFileSync(join(root, 'store/mine'), 'utf8')).toBe('mine');
    },
  );

  it('stores the progress of the run', () => {
    const root = tempDir();
    expect(readFolderRun(root)).toBeNull();
    const note = startFolderRun(root, PLAN);
    expect(readFolderRun(root)).toMatchObject({ ...PLAN, state: 'running', reached: 'the beginning' });
    note('window 3 of 9', 'failed');
    expect(readFolderRun(root)).toMatchObject({ state: 'failed', reached: 'window 3 of 9' });
  });
});

describe('runStatus', () => {
  it('shows a run as running while it works, and as killed when its process has ended', async () => {
    const root = join(tempDir(), 'churn');
    expect(await runStatus(root)).toBeNull();
    const note = await withFolderLock(root, async () => {
      const noted = startFolderRun(root, PLAN);
      expect(await runStatus(root)).toMatchObject({ state: 'running' });
      return noted;
    });
    expect(await runStatus(root)).toMatchObject({ ...PLAN, state: 'killed', reached: 'the beginning' });
    // The lock of a process that has died: no process has this start time.
    symlinkSync(`${process.pid}.1.00000000.x`, join(root, '../.churn.lock'));
    expect(await runStatus(root)).toMatchObject({ state: 'killed' });
    note('the end', 'done');
    expect(await runStatus(root)).toMatchObject({ state: 'done' });
  });
});

describe('the lock of a run folder', () => {
  it('refuses a second run while the first is at work, and admits it afterwards', async () => {
    const root = join(tempDir(), 'churn');
    await withFolderLock(root, () =>
      expect(withFolderLock(root, async () => 'second')).rejects.toMatchObject({ code: 'local/busy' }),
    );
    expect(await withFolderLock(root, async () => 'second')).toBe('second');
  });

  it('passes on an error of the work, and admits the next run', async () => {
    const root = join(tempDir(), 'churn');
    const busyStore = new RuntimeFailure('objects/busy', 'somewhere else');
    await expect(withFolderLock(root, () => Promise.reject(busyStore))).rejects.toBe(busyStore);
    expect(await withFolderLock(root, async () => 'next')).toBe('next');
  });

  it('fails as the file system does where no folder can be made', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    await expect(withFolderLock(join(file, 'churn'), async () => 'never')).rejects.toMatchObject({
      code: 'EEXIST',
    });
  });
});

describe('a store without a release', () => {
  it('has a status, but no release to check or to roll back', async () => {
    const root = tempDir();
    mkdirSync(join(root, 'store'));
    const target = openLocalTarget(root, CONFIG);
    expect(await target.status()).toMatchObject({ run: null, versions: [], seq: 0, windows: [] });
    expect((await target.tick()).changed).toBe(false);
    await expect(target.rollback('ann', 'one')).rejects.toMatchObject({
      code: 'release/nothing-before',
      message: 'nothing has been released yet',
    });
  });
});
