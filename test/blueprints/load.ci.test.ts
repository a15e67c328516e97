import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
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
  it('loads the default blueprint, with the lock of its features', async () => {
    const { blueprint, lock } = await loadBlueprint(BANK);
    expect(blueprint.name).toBe('bank-marketing');
    expect(lock).toEqual(nextLock(blueprint));
  });

  it('loads a blueprint in JSON', async () => {
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

  it('names the file when defineBlueprint refuses its content', async () => {
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

  // https://docs.npmjs.com/cli/v11/commands/npm-init writes "commonjs" or no type at all.
  it.each([
    ['without a package.json', 'bare', undefined],
    ['of a CommonJS package', 'commonjs', '{"type":"commonjs"}'],
    ['of a package without a type', 'untyped', '{"name":"x"}'],
    ['of an ES module package', 'module', '{"type":"module"}'],
    ['whose name holds spaces, # and %', 'a #b %20 ü', undefined],
  ])('loads TypeScript from a folder %s', async (_, name, packageJson) => {
    await mkdir(join(folder, name));
    if (packageJson !== undefined) await write(join(name, 'package.json'), packageJson);
    await write(join(name, 'more.ts'), `export const more: object = ${JSON.stringify(validInput())};\n`);
    const source = "import { more } from './more.ts';\nexport const blueprint = { ...more };\n";
    const { blueprint } = await loadBlueprint(await write(join(name, 'blueprint.ts'), source));
    expect(blueprint.name).toBe('churn');
  });

  it('loads an .mts file, and refuses a path that no compiler accepts', async () => {
    const source = `export const blueprint = ${JSON.stringify(validInput())};\n`;
    expect((await loadBlueprint(await write('good.mts', source))).blueprint.name).toBe('churn');
    const { code } = await problemOf(await write('what?.ts', source));
    expect(code).toBe('blueprint/not-loadable');
  });

  it('loads TypeScript through a symbolic link', async () => {
    await symlink(join(folder, 'bare'), join(folder, 'link'));
    expect((await loadBlueprint(join(folder, 'link/blueprint.ts'))).blueprint.name).toBe('churn');
  });

  it.each([
    ['ends the process', 'process.exit(0);', 'ends-process', /exit code 0/],
    [
      'ends it while it is read',
      'export const blueprint = { get name() { process.exit(0) } };',
      'not-data',
      /getter/,
    ],
    ['crashes the process', 'process.abort();', 'ends-process', /SIG/],
    ['waits for ever', 'await new Promise(() => {});', 'ends-process', /never settled/],
    ['exports a function then', 'export const then = () => {};', 'ends-process', /never settled/],
    [
      'loses a rejection',
      "Promise.reject(new Error('no'));\nawait new Promise((end) => setTimeout(end, 5_000));",
      'ends-process',
      /exit code 1/,
    ],
    [
      'exports a proxy',
      'export const blueprint = new Proxy({}, { get() { throw 1; } });',
      'not-data',
      /plain object/,
    ],
    [
      'throws a proxy',
      'throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; } });',
      'not-loadable',
      /cannot be loaded/,
    ],
    ['exports a number that is not one', 'export const blueprint = { a: NaN };', 'not-finite', /NaN/],
  ])('fails on a module that %s, and reports it', async (what, source, code, words) => {
    const file = await write(`${what.replaceAll(' ', '-')}.ts`, `${source}\nexport {};\n`);
    const refused = loadBlueprint(file);
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toMatchObject({ problems: [{ code: `blueprint/${code}` }] });
  });

  it('fails on a module that never ends, after the limit', async () => {
    const file = await write('loop.ts', 'for (;;);\nexport {};\n');
    await expect(loadBlueprint(file, 1_500)).rejects.toThrow('has not been evaluated after 1.5 s');
  });

  it('loads a module that prints and leaves a timer, without a word on standard output', async () => {
    const source = `process.stdout.write('printed');
      setInterval(() => {}, 1_000);
      export const blueprint = ${JSON.stringify(validInput())};\n`;
    const written = vi.spyOn(process.stdout, 'write');
    const shown = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    expect((await loadBlueprint(await write('prints.ts', source))).blueprint.name).toBe('churn');
    expect(written.mock.calls.flat()).not.toContain('printed');
    expect(shown.mock.calls.flat().join('')).toContain('printed');
  });

  it('loads a module again when its file has changed', async () => {
    const source = (name: string) => `export const blueprint = ${JSON.stringify(broken('name', name))};\n`;
    for (const name of ['churn-one', 'churn-other'])
      expect((await loadBlueprint(await write('edited.ts', source(name)))).blueprint.name).toBe(name);
  });

  it('fails on the lock of a copied blueprint, and suggests to delete it', async () => {
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
  it('fails on rows that cannot be loaded, naming the file', async () => {
    await write('generate.ts', "throw new Error('no');\nexport {};\n");
    await expect(loadSample(join(folder, 'good.json'))).rejects.toThrow(
      /generate\.ts\): cannot be loaded: no/,
    );
    await rm(join(folder, 'generate.ts'));
  });

  it('finds the rows beside a blueprint', async () => {
    const sample = await loadSample((await loadBlueprint(BANK)).file);
    expect(sample?.table.name).toBe('contacts');
  });
});
