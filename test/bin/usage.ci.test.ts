import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validInput } from '../blueprints/valid.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runMain } from './run-main.ts';

const WRONG: readonly (readonly [args: string, code: string, fix: string])[] = [
  ['', 'usage/no-command', 'mlops --help'],
  ['statuz', 'usage/unknown-command', 'did you mean status?'],
  ['status --foo', 'usage/unknown-option', 'mlops status --help'],
  ['demo --sed 1', 'usage/unknown-option', 'did you mean --seed?'],
  ['status one two', 'usage/excess-arguments', 'mlops status --help'],
  ['approve --by ann', 'usage/missing-argument', 'mlops approve --help'],
  ['approve bank-marketing 1', 'usage/missing-mandatory-option-value', 'mlops approve --help'],
  ['cost --cloud oracle', 'usage/cloud', '--cloud aws'],
  ['doctor --cloud gcp', 'usage/cloud', '--cloud aws'],
  ['doctor --cloud azure', 'usage/cloud', '--cloud aws'],
  ['drain --cloud gcp', 'usage/cloud', '--cloud aws'],
  ['drain --cloud azure', 'usage/cloud', '--cloud aws'],
  ['dead-letters --cloud gcp', 'usage/cloud', '--cloud aws'],
  ['dead-letters --cloud azure', 'usage/cloud', '--cloud aws'],
  ['forget bank-marketing --key 1 --env dev --cloud gcp', 'usage/cloud', '--cloud aws'],
  ['forget bank-marketing --key 1 --env dev --cloud azure', 'usage/cloud', '--cloud aws'],
];

describe('invalid usage', () => {
  it.each(WRONG)("exits after 'mlops %s' with 3, code %s and a fix", async (args, code, fix) => {
    const { code: exit, out, err } = await runMain(args.split(' ').filter(Boolean));
    expect([exit, out]).toEqual([3, '']);
    expect(err).toContain(`[${code}]\n    fix: ${fix}\n`);
    expect(err).not.toContain('    at ');
  });

  it.each(WRONG)("prints for 'mlops --json %s' one document with %s", async (args, code, hint) => {
    const { code: exit, out, err } = await runMain(['--json', ...args.split(' ').filter(Boolean)]);
    expect([exit, err]).toEqual([3, '']);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      ok: false,
      exitCode: 3,
      data: null,
      diagnostics: [{ code, severity: 'error', hint }],
    });
  });

  it('names the clouds that a command supports', async () => {
    const { err } = await runMain(['drain', '--cloud', 'gcp']);
    expect(err).toContain(
      "--cloud: is not supported by drain in this version, got 'gcp' (allowed: aws) [usage/cloud]",
    );
    expect((await runMain(['cost', '--cloud', 'oracle'])).err).toContain('(allowed: aws, azure, gcp)');
  });

  it('names every bad flag of mlops demo at once', async () => {
    const { code, err } = await runMain(['demo', '--seed', '-1', '--scenario', 'calm']);
    expect(code).toBe(3);
    expect(err).toContain("--seed: must be a whole number, got '-1' (allowed: 0 to 999999999) [usage/seed]");
    expect(err).toContain("--scenario: is not known, got 'calm' (allowed: drift, stable) [usage/scenario]");
  });

  it.each([
    ['approve bank-marketing 1.5 --by ann', 'usage/version'],
    ['rollback bank-marketing --by=', 'usage/by'],
    ['validate no-such-model', 'blueprint/not-found'],
  ])("exits after 'mlops %s' with 3 and %s", async (args, code) => {
    const { code: exit, err } = await runMain([...args.split(' '), '--cwd', tempDir()]);
    expect(exit).toBe(3);
    expect(err).toContain(`[${code}]`);
  });

  it('prints the stack with --verbose', async () => {
    expect((await runMain(['validate', 'no-such-model', '--verbose'])).err).toContain('    at ');
  });
});

/** Each line of a list of options begins with them; examples do not. */
const optionsIn = (help: string) =>
  [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option);

describe('the help texts', () => {
  it('prints help as data, with examples first', async () => {
    const { code, out, err } = await runMain(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out.startsWith('Examples:\n  mlops demo')).toBe(true);
  });

  it('begins the help of a command with its own examples, which the command accepts', async () => {
    const { out } = await runMain(['--help']);
    const names = [...(out.split('Commands:')[1]?.matchAll(/^ {2}([a-z-]+)/gm) ?? [])].map(
      ([, name]) => name,
    );
    expect(names.length).toBeGreaterThan(15);
    for (const name of names.filter((one) => one !== 'help')) {
      const help = (await runMain([String(name), '--help'])).out;
      const examples = [...help.matchAll(/^ {2}mlops (.+)$/gm)].map(([, words]) => String(words));
      expect(examples, name).not.toEqual([]);
      for (const example of examples) {
        const words = example.replace(/ > .*/, '').split(' ');
        expect(words[0]).toBe(name);
        // 'bundle export': the options stand in the help of its second word.
        const known = new Set(optionsIn(out + help + (await runMain([...words.slice(0, 2), '--help'])).out));
        const given = words.filter((word) => word.startsWith('--'));
        expect(
          given.filter((option) => !known.has(option)),
          example,
        ).toEqual([]);
      }
    }
  });

  it('prints help as one document with --json', async () => {
    const { out } = await runMain(['--json', '--version']);
    expect(JSON.parse(out)).toMatchObject({ ok: true, data: { text: expect.stringMatching(/^\d+\./) } });
  });
});

describe('mlops validate', () => {
  it('reports a valid blueprint as data', async () => {
    expect(JSON.parse((await runMain(['validate', '--json'])).out).data).toMatchObject({
      name: 'bank-marketing',
      sqlParsed: true,
    });
  });

  it('refuses a step that PostgreSQL cannot parse, and names the reserved word', async () => {
    const folder = tempDir();
    const text = JSON.stringify(validInput());
    writeFileSync(
      join(folder, 'churn.json'),
      text.replace('plan, active, churned', 'plan, active, left AS churned'),
    );
    const { code, err } = await runMain(['validate', 'churn.json', '--cwd', folder]);
    expect(code).toBe(3);
    expect(err).toContain(
      'source.steps[0].query: is not SQL that PostgreSQL parses: syntax error at or near',
    );
    expect(err).toContain('fix: \'left\' is a reserved word; where it names a column, write "left"');
  });

  it('prints the JSON Schema', async () => {
    expect(JSON.parse((await runMain(['validate', '--schema'])).out)).toHaveProperty('properties');
  });

  it('names the file and every problem of a blueprint', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'bad.json'), '{"name":"a b"}');
    const { code, err } = await runMain(['validate', 'bad.json', '--cwd', folder]);
    expect(code).toBe(3);
    expect(err).toMatch(/bad\.json.*: name: must be .*\[blueprint\/bad-format\]/);
    expect(err).toMatch(/bad\.json.*: source: is required/);
  });
});

describe('the mlops program', () => {
  it('starts through a symbolic link, in a folder with a broken tsconfig.json, and survives a reader that leaves', () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'bin'));
    symlinkSync(resolve('bin/mlops.mjs'), join(folder, 'bin/mlops'));
    writeFileSync(join(folder, 'tsconfig.json'), '{ broken');
    const run = (command: string) => spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(run('bin/mlops validate')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^bank-marketing is valid: \d+ features, version \d+; SQL parsed by PostgreSQL\n$/,
      ),
      stderr: '',
    });
    expect(run('bin/mlops validate --schema | true').stderr).toBe('');
  });
});
