import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withLock } from '../../../lambdas/adapters/local/file-lock.ts';
import { isAlive, SELF } from '../../../lambdas/adapters/local/process-identity.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { describeWith, linux } from '../../support/tools.ts';

const [pid, start, boot] = SELF.split('.') as [string, string, string];

describe('isAlive', () => {
  it('recognises this process and its parent', () => {
    expect(isAlive(SELF)).toBe(true);
    expect(isAlive(`${SELF}.and-a-token`)).toBe(true);
  });

  it('recognises another process with the pid of a dead one', () => {
    expect(isAlive(`${pid}.${Number(start) - 1}.${boot}`)).toBe(false);
  });

  it.each(['', 'nonsense', '-1.1.x', '0.0.0', `1.2.3`, `${pid}`])('finds nobody alive for %j', (identity) => {
    expect(isAlive(identity)).toBe(false);
  });

  it('finds a process of an earlier boot dead', () => {
    expect(isAlive(`${pid}.${start}.00000000`)).toBe(false);
  });

  it('finds a process dead that has ended', async () => {
    const child = spawn('true');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(isAlive(`${child.pid}.0.${boot}`)).toBe(false);
  });
});

describeWith(linux, 'isAlive on a zombie', () => {
  it('finds a process dead that has ended, unnoticed by its parent', async () => {
    // The shell starts a child and becomes `sleep`, which waits for nobody.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 5']);
    const zombie = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (line) => resolve(String(line).trim())),
    );
    await wait(100);
    expect(isAlive(`${zombie}.0.${boot}`)).toBe(false);
    parent.kill('SIGKILL');
  });
});

describe('withLock', () => {
  it('runs one piece of work at a time', async () => {
    const path = join(tempDir(), 'lock');
    let inside = 0;
    let most = 0;
    let count = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      const before = count;
      await wait(1);
      count = before + 1;
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 30 }, () => withLock(path, work)));
    expect({ most, count }).toEqual({ most: 1, count: 30 });
  });

  it('is free again after work that failed', async () => {
    const folder = tempDir();
    const path = join(folder, 'lock');
    const failing = withLock(path, async () => {
      throw new Error('work failed');
    });
    await expect(failing).rejects.toThrow('work failed');
    expect(readdirSync(folder)).toEqual([]);
    expect(await withLock(path, async () => 'free')).toBe('free');
  });

  it('breaks the lock of a dead process once, however many wait for it', async () => {
    const folder = tempDir();
    const path = join(folder, 'lock');
    symlinkSync(`999999999.1.${boot}.x`, path);
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        withLock(path, async () => {
          most = Math.max(most, ++inside);
          await wait(1);
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('breaks a lock after its breaker has died too', async () => {
    const folder = tempDir();
    const dead = `999999999.1.${boot}.x`;
    const path = join(folder, 'lock');
    symlinkSync(dead, path);
    const { createHash } = await import('node:crypto');
    const name = createHash('sha256').update(dead).digest('hex').slice(0, 16);
    symlinkSync(`999999998.1.${boot}.y`, `${path}.after-${name}`);
    expect(await withLock(path, async () => 'done')).toBe('done');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives up with a retryable failure when a living process keeps the lock', async () => {
    const path = join(tempDir(), 'lock');
    symlinkSync(`${SELF}.other`, path);
    let worked = false;
    const waiting = withLock(
      path,
      async () => {
        worked = true;
      },
      30,
    );
    await expect(waiting).rejects.toMatchObject({ code: 'objects/busy', retryable: true });
    expect(worked).toBe(false);
  });

  it('fails when the folder of the lock does not exist or the lock is not a link', async () => {
    const folder = tempDir();
    await expect(withLock(join(folder, 'none/lock'), async () => 1)).rejects.toMatchObject({
      code: 'ENOENT',
    });
    mkdirSync(join(folder, 'lock'));
    await expect(withLock(join(folder, 'lock'), async () => 1)).rejects.toMatchObject({ code: 'EINVAL' });
  });
});

describe('isAlive on other systems', () => {
  it('finds a process alive that this user may not signal', () => {
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('not yours'), { code: 'EPERM' });
    });
    onTestFinished(() => kill.mockRestore());
    expect(isAlive(SELF)).toBe(true);
  });

  it('compares pids only where there is no /proc', async () => {
    vi.resetModules();
    vi.doMock('node:fs', () => ({
      readFileSync() {
        throw Object.assign(new Error('no /proc'), { code: 'ENOENT' });
      },
    }));
    onTestFinished(() => vi.doUnmock('node:fs'));
    const elsewhere = await import('../../../lambdas/adapters/local/process-identity.ts');
    expect(elsewhere.SELF).toBe(`${process.pid}.0.0`);
    expect(elsewhere.isAlive(elsewhere.SELF)).toBe(true);
    expect(elsewhere.isAlive('999999999.0.0')).toBe(false);
  });
});
