import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(ROOT, 'node_modules/.tools-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeFileSync(
  join(folder, 'a.test.ts'),
  `import { expect, it } from 'vitest';
import { dataFile, describeWith, itWith, program } from '${ROOT}/test/support/tools.ts';
const node = { ...program('node'), present: true };
const nowhere = program('no-such-program');
describeWith(node, 'a suite', () => it('runs', () => expect(1).toBe(1)));
describeWith([node, nowhere], 'a suite that lacks', () => { throw new Error('its body ran'); });
itWith(nowhere, 'a test that lacks', () => undefined);
itWith(dataFile('no-such.csv'), 'a test without its data', () => undefined);
`,
);

/** What a run of those four tests says, with this variable. */
function runTests(REQUIRE_TOOLS: string): { readonly status: number | null; readonly out: string } {
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `import { LeftOut } from '${ROOT}/test/support/left-out.ts';
export default { test: { include: ['*.test.ts'], reporters: ['verbose', new LeftOut()] } };\n`,
  );
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder];
  const env = { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', REQUIRE_TOOLS };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

describe('a test that lacks a tool', () => {
  it('is left out, with its reason in the output', () => {
    const { status, out } = runTests('');
    expect(out).toContain('1 passed | 3 skipped');
    expect(out.slice(out.indexOf('Left out (3)'))).toMatch(
      /a suite that lacks > all of its tests \(left out: no no-such-program\)[\s\S]*a test that lacks \(left out: no no-such-program\)[\s\S]*no no-such\.csv in MLOPS_DATA/,
    );
    expect(status).toBe(0);
  });

  it('fails where tools are required; data that nobody can install stays optional', () => {
    const { status, out } = runTests('true');
    expect(out).toContain('2 failed | 1 passed | 1 skipped');
    expect(out).toContain('no-such-program required by REQUIRE_TOOLS=true and absent; .ci/run installs it');
    expect(status).toBe(1);
  });
});
