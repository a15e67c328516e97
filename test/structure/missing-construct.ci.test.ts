import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const CLOUDS = ['aws', 'gcp', 'azure'] as const;
/** Line of one construct in the list of a cloud. */
const LISTED = /^ +(\w+),$/;

/** A copy of the sources: each construct of each cloud is left out once, in a file of its own. */
const copy = mkdtempSync(join(tmpdir(), 'mlops-missing-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const indexOf = (cloud: string): string => readFileSync(join(ROOT, 'constructs', cloud, 'index.ts'), 'utf8');

/** Members of the list that `composeModel` gets: what is after `export const`. */
function listed(cloud: string): readonly string[] {
  const [, list = ''] = indexOf(cloud).split(`export const ${cloud} = `);
  return list.split('\n').flatMap((line) => LISTED.exec(line)?.[1] ?? []);
}

/** The file of a cloud with one member left out of the list. */
function without(cloud: string, member: string): string {
  const [head = '', list = ''] = indexOf(cloud).split(`export const ${cloud} = `);
  const shorter = list.replace(new RegExp(`^ +${member},\\n`, 'm'), '');
  expect(shorter).not.toBe(list);
  return `${head}export const ${cloud} = ${shorter}`;
}

const keyOf = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);
const pathOf = (cloud: string, member: string): string => `constructs/${cloud}/without-${keyOf(member)}.ts`;

describe('a construct that is left out of the list of its cloud', () => {
  let lines: readonly string[];

  beforeAll(() => {
    for (const folder of ['constructs', 'lambdas', 'blueprints'])
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
      readonly compilerOptions: object;
    };
    const include = CLOUDS.flatMap((cloud) => [
      `constructs/${cloud}/index.ts`,
      ...listed(cloud).map((member) => {
        writeFileSync(join(copy, pathOf(cloud, member)), without(cloud, member));
        return pathOf(cloud, member);
      }),
    ]);
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ type: 'module' }));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false'],
      { cwd: copy, encoding: 'utf8' },
    );
    lines = (stdout + stderr).split('\n');
  });

  it.each(CLOUDS)('is one of 18 on %s, and the whole list compiles', (cloud) => {
    expect(listed(cloud)).toHaveLength(18);
    expect(lines.filter((line) => line.startsWith(`constructs/${cloud}/index.ts`))).toEqual([]);
  });

  it.each(CLOUDS)('does not compile on %s, and the message names it', (cloud) => {
    const silent = listed(cloud).filter(
      (member) =>
        !lines.some(
          (line) =>
            line.startsWith(`${pathOf(cloud, member)}(`) &&
            line.includes(`Property '${keyOf(member)}' is missing`),
        ),
    );
    expect(silent).toEqual([]);
  });
});
