import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localRoot } from '../../bin/arguments/model.ts';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import { demonstrationSecret, localSecret, SECRET_FILE } from '../../lambdas/local/pseudonym-secret.ts';
import { markFolder, withFolderLock } from '../../lambdas/local/run-folder.ts';
import { tempDir } from '../support/temp-dir.ts';
import { itWith, root } from '../support/tools.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;
const portsIn = (root: string) =>
  createPorts({ root, clock: systemClock, source: () => Promise.reject(new Error('no source')) });

describe('local folders', () => {
  it('makes folders that only their owner can read, with everything in them', async () => {
    const above = join(tempDir(), '.mlops');
    const root = join(above, 'local', 'churn');
    await withFolderLock(root, async () => markFolder(root, 'churn'));
    const ports = portsIn(join(root, 'store'));
    localSecret(root, ports.logger);
    await ports.objects.write('quarantine/run-1/rows.csv', [Buffer.from('x')]);
    await ports.objects.tryPut('models/index.json', Buffer.from('{}'), { kind: 'absent' });
    ports.logger.info('something');
    ports.metrics.emit({}, { rows: [1, 'Count'] });
    await ports.predictions.append([{ at: 0, line: '{}' }]);
    await ports.settled();
    expect([above, join(above, 'local'), root].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
    const store = join(root, 'store');
    const all = readdirSync(store, { recursive: true, withFileTypes: true });
    expect(all.length).toBeGreaterThan(8);
    for (const entry of all)
      expect([entry.name, modeOf(join(entry.parentPath, entry.name))]).toEqual([
        entry.name,
        entry.isDirectory() ? 0o700 : 0o600,
      ]);
    expect(modeOf(join(root, SECRET_FILE))).toBe(0o600);
  });

  it('closes folders that an earlier version made', () => {
    const root = tempDir();
    chmodSync(root, 0o755);
    portsIn(root);
    expect(modeOf(root)).toBe(0o700);
  });

  it('leaves the parent folder as it is', async () => {
    const above = tempDir();
    chmodSync(above, 0o755);
    const root = join(above, 'churn');
    await withFolderLock(root, async () => markFolder(root, 'churn'));
    expect([above, root].map(modeOf)).toEqual([0o755, 0o700]);
  });

  // git's safe.directory: https://git-scm.com/docs/git-config
  itWith(root, 'refuses folders below a folder of another user, with the command that takes it over', () => {
    const shared = tempDir();
    const own = join(shared, 'project');
    mkdirSync(own);
    mkdirSync(join(shared, '.mlops'));
    expect(localRoot(own, 'churn')).toBe(join(shared, '.mlops/local/churn'));
    chownSync(join(shared, '.mlops'), 4_242, 4_242);
    expect(() => localRoot(own, 'churn')).toThrow(/belongs to another user.*--cwd/);
    expect(localRoot(shared, 'churn')).toBe(join(shared, '.mlops/local/churn'));
    rmSync(join(shared, '.mlops'), { recursive: true });
    const theirs = tempDir();
    chownSync(theirs, 4_242, 4_242);
    symlinkSync(theirs, join(shared, '.mlops'));
    expect(() => localRoot(own, 'churn')).toThrow(/belongs to another user/);
  });
});

describe('the secret of pseudonyms', () => {
  const logger = () => {
    const warned: string[] = [];
    return { warned, warn: (event: string) => void warned.push(event) };
  };

  it('is made once for each folder, at random', () => {
    const [one, two] = [tempDir(), tempDir()];
    const secret = localSecret(one, logger());
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(localSecret(one, logger())).toBe(secret);
    expect(localSecret(two, logger())).not.toBe(secret);
  });

  it('stays the earlier constant where predictions are joined by it, with a line in the log', () => {
    const root = tempDir();
    mkdirSync(join(root, 'store/objects/predictions'), { recursive: true });
    const { warned, warn } = logger();
    expect(localSecret(root, { warn })).toBe('local');
    expect(warned).toEqual(['pseudonyms.reversible']);
    expect(readdirSync(root)).toEqual(['store']);
  });

  it('follows from the seed of a demonstration, which is served with it', () => {
    const [one, two, other] = [tempDir(), tempDir(), tempDir()];
    const secret = demonstrationSecret(one, 'churn', 1);
    expect(demonstrationSecret(two, 'churn', 1)).toBe(secret);
    expect(demonstrationSecret(other, 'churn', 2)).not.toBe(secret);
    mkdirSync(join(one, 'store/objects/predictions'), { recursive: true });
    expect(localSecret(one, logger())).toBe(secret);
    expect(readFileSync(join(one, SECRET_FILE), 'utf8')).toBe(`${secret}\n`);
  });

  it('is never replaced by a second process', () => {
    const root = tempDir();
    writeFileSync(join(root, SECRET_FILE), 'first\n');
    expect(demonstrationSecret(root, 'churn', 1)).toBe('first');
  });
});
