import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { compileRequestCheck } from '../../lambdas/score/request-check.ts';
import { CONFIG, GOOD } from './fixture.ts';

const LOOKING: ModelConfig = {
  ...CONFIG,
  features: {
    version: 1,
    fields: [
      ...CONFIG.features.fields,
      { kind: 'lag', name: 'age_before', description: 'd', of: 'age', events: 1 },
      { kind: 'expression', name: 'old', description: 'd', expression: 'age > 60.0' },
    ],
  },
};

const checkOf = (config: ModelConfig) => {
  const check = compileRequestCheck(config);
  return (request: unknown) => {
    const checked = check(JSON.parse(JSON.stringify(request)));
    if (checked.kind !== 'refused') throw new TypeError('was not refused');
    return checked.problems.filter(({ code }) => code === 'request/unknown-field');
  };
};
const check = checkOf(LOOKING);
const hintOf = (features: object) => /\((.*)\)/.exec(check({ key: 'k', features })[0]?.allowed ?? '')?.[1];

describe('an unknown field of a request', () => {
  it.each([
    ['a typing error', { ...GOOD, agee: 1 }, "field 7 is none of them; did you mean 'age'?"],
    ['capitals', { ...GOOD, Housing: true }, "field 7 is none of them; did you mean 'housing'?"],
    [
      'the column that a feature reads',
      { ...GOOD, ssn: 9 },
      "field 7 is none of them; did you mean 'ssn_length'?",
    ],
    ['a feature that is computed', { ...GOOD, old: true }, "field 7 is none of them; 'old' is computed here"],
    [
      'several of each kind',
      { zzzzzzzz: 1, ...GOOD, jobs: 'x', age_before: 1, old: 1 },
      "fields 1, 8, 9, 10 are none of them; 'age_before', 'old' are computed here; did you mean 'job'?",
    ],
    ['nothing that is near', { ...GOOD, 'Ann Smith, 1970': 1 }, 'field 7 is none of them'],
  ])('describes an unknown field by its position and by names of the model: %s', (_, features, hint) => {
    expect(hintOf(features)).toBe(hint);
  });

  it('describes an unknown field beside the features and beside rows too', () => {
    expect(check({ key: 'k', features: GOOD, reason: true })[0]).toMatchObject({
      path: '',
      allowed: "features, key, id, eventTime, reasons (field 3 is none of them; did you mean 'reasons'?)",
    });
    expect(check({ rows: [{ key: 'k', features: GOOD, ID: '1' }] })[0]).toMatchObject({
      path: 'rows[0]',
      allowed: expect.stringContaining("did you mean 'id'?"),
    });
  });

  it('never repeats an unknown field, and limits the work on hostile ones', () => {
    const fields = Array.from({ length: 500 }, (_, i) => ({
      kind: 'numeric' as const,
      name: `${'a'.repeat(59)}${i}`,
      description: 'd',
    }));
    const hostile = checkOf({ ...CONFIG, features: { version: 1, fields } });
    const names = Array.from({ length: 100 }, (_, i) => [`${'b'.repeat(70)}secret${i}`, 1]);
    const rows = Array.from({ length: 1_000 }, () => ({ features: Object.fromEntries(names) }));
    const started = performance.now();
    const problems = hostile({ rows });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});
