import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBlueprint, loadSample, nextLock, parseBlueprint } from '../../blueprints/index.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { broken, validInput } from './valid.ts';

const BANK = 'blueprints/bank-marketing/blueprint.ts';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blueprints-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function problemOf(file: string): Promise<{ code: string | undefined; subject: string }> {
  try {
    await loadBlueprint(file);
  } catch (error) {
    if (error instanceof InvalidInput) return { code: error.problems[0]?.code, subject: error.subject };
    throw error;
  }
  return { code: undefined, subject: '' };
}

describe('loadBlueprint', () => {
  it('loads the default blueprint, and its lock is that of its features', async () => {
    const { blueprint, lock } = await loadBlueprint(BANK);
    expect(blueprint.name).toBe('bank-marketing');
    expect(lock).toEqual(nextLock(blueprint));
  });

  it('loads JSON', async () => {
    const { blueprint, lock, file } = await loadBlueprint(
      await write('good.json', JSON.stringify(validInput())),
    );
    expect(blueprint.name).toBe('churn');
    expect(lock).toBeUndefined();
    expect(await loadSample(file)).toBeUndefined();
  });

  it('names the blueprint and the file when it fails', async () => {
    const { code, subject } = await problemOf(await write('bad.json', JSON.stringify(broken('owner', ''))));
    expect(code).toBe('blueprint/too-short');
    expect(subject).toMatch(/^blueprint 'churn' \(.*bad\.json\)$/);
  });

  it('names the file when defineBlueprint refuses what it holds', async () => {
    const module = join(process.cwd(), 'blueprints/define-blueprint.ts');
    const source = `import { defineBlueprint } from '${module}';\nexport const blueprint = defineBlueprint({ name: 'x-y-z' });\n`;
    const { code, subject } = await problemOf(await write('refused.ts', source));
    expect(code).toBe('blueprint/missing');
    expect(subject).toMatch(/^blueprint 'x-y-z' \(.*refused\.ts\)$/);
  });

  it.each([
    ['a file that is not there', undefined, 'nothing.ts', 'not-found'],
    ['a text file', 'name: churn', 'churn.yaml', 'file-type'],
    ['broken JSON', '{', 'broken.json', 'not-json'],
    ['more than 1 MiB', ' '.repeat(1024 * 1024 + 1), 'large.json', 'too-large'],
    ['a module without the export', 'export const other = 1;\n', 'empty.ts', 'no-export'],
    ['a module that throws', "throw new Error('no');\n", 'throws.ts', 'not-loadable'],
    ['a module that throws a text', "throw 'no';\n", 'throws-text.ts', 'not-loadable'],
  ])('fails on %s', async (_, content, name, code) => {
    const file = content === undefined ? join(folder, name) : await write(name, content);
    expect((await problemOf(file)).code).toBe(`blueprint/${code}`);
  });

  it('fails on the lock of the blueprint that was copied, and says to delete it', async () => {
    await write('features.lock.json', JSON.stringify(nextLock(parseBlueprint(validInput(), 'blueprint'))));
    const copy = await write('copied.json', JSON.stringify(broken('name', 'churn-by-month')));
    await expect(loadBlueprint(copy)).rejects.toThrow(/belongs to 'churn'.*fix: delete features\.lock\.json/);
    await rm(join(folder, 'features.lock.json'));
  });

  it('fails when the deployed features were changed', async () => {
    const lock = nextLock(parseBlueprint(broken('features.fields.0.scale', 'log1p'), 'blueprint'));
    await write('features.lock.json', JSON.stringify(lock));
    expect((await problemOf(await write('locked.json', JSON.stringify(validInput())))).code).toBe(
      'blueprint/features-changed',
    );
    await rm(join(folder, 'features.lock.json'));
  });
});

describe('loadSample', () => {
  it('finds the rows beside a blueprint', async () => {
    const sample = await loadSample((await loadBlueprint(BANK)).file);
    expect(sample?.table.name).toBe('contacts');
  });
});
