import { describe, expect, it } from 'vitest';
import { explain } from '../../bin/commands/explain.ts';
import { diagnosticsOf } from '../../bin/diagnostics.ts';
import { pageOf } from '../../bin/page.ts';
import { ERROR_CODES } from '../../lambdas/core/error-codes/index.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { runMain } from './run-main.ts';

const PAGE = pageOf({ write: () => {} }, false);

describe('mlops explain', () => {
  it('prints the meaning and the fix of every code', () => {
    for (const [code, { meaning, fix }] of Object.entries(ERROR_CODES)) {
      const { data, text } = explain(code);
      expect(data).toEqual({ code, meaning, fix });
      expect(text(PAGE)).toBe(`${code}\n  ${meaning}\n  fix: ${fix}`);
    }
  });

  it('accepts a code in the brackets of an error', async () => {
    const { code, out, err } = await runMain(['explain', '[csv/nul]', '--no-color']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^csv\/nul\n {2}.*\.\n {2}fix: .*\.\n$/);
  });

  it.each([
    ['csv/null', 'did you mean csv/nul?'],
    ['blueprint/notfound', 'did you mean blueprint/not-found?'],
    ['nothing like it', 'mlops explain lists all codes'],
    ['toString', 'mlops explain lists all codes'],
  ])("refuses '%s' with exit code 3: %s", async (given, fix) => {
    const { code, out, err } = await runMain(['explain', given]);
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain(`'${given}' [usage/code]\n    fix: ${fix}\n`);
  });

  it('lists all codes under their areas', async () => {
    const { code, out } = await runMain(['explain', '--no-color']);
    const lines = out.trimEnd().split('\n');
    const listed = lines.filter((line) => line.startsWith('  ')).map((line) => line.trim().split(' ')[0]);
    const areas = lines.filter((line) => /^[a-z]+$/.test(line));
    expect(code).toBe(0);
    expect(listed).toEqual(Object.keys(ERROR_CODES).sort());
    expect(areas).toEqual([...new Set(listed.map((one) => one?.split('/')[0]))]);
  });

  it('lists the codes as data with --json', async () => {
    const { data } = JSON.parse((await runMain(['explain', '--json'])).out);
    expect(data.codes).toHaveLength(Object.keys(ERROR_CODES).length);
    expect(data.codes).toContainEqual({ code: 'csv/nul', ...ERROR_CODES['csv/nul'] });
  });

  it('is suggested by a failure without a fix, and by no other', () => {
    expect(diagnosticsOf(new RuntimeFailure('store/missing', 'x'))[0]?.hint).toBe(
      'mlops explain store/missing',
    );
    expect(diagnosticsOf(new RuntimeFailure('store/missing', 'x', { fix: 'y' }))[0]?.hint).toBe('y');
  });
});
