import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmSentence, alarmsOf, alarmText } from '../../../lambdas/core/drift/alarms.ts';
import { alertsOf, evaluateDrift } from '../../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import {
  CATEGORICAL_STATISTICS,
  DRIFT_DEFAULTS,
  type DriftSpec,
  NUMERIC_STATISTICS,
} from '../../../lambdas/core/drift/spec.ts';
import { addRows, addScores, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import { category, normal, numeric, table, uniform } from './tables.ts';

/** `name measure 0.31 > 0.25`, any number of them: the number and the limit as a reader sees them. */
const PRINTED =
  /(?:psi|js|ks|wasserstein|l-infinity|chi-square p|shift in sd(?: of the rest)?|share (?:of a value )?moved by|shares moved by|unseen share|missing share (?:rose|fell) by) (\S+) (>|<=) ([^\s,]+)/g;

function isTrue([, value, sign, limit]: RegExpMatchArray): boolean {
  return sign === '>' ? Number(value) > Number(limit) : Number(value) <= Number(limit);
}

describe('the text of a drift alarm', () => {
  it('prints a number beyond the printed limit for every alert, any change and any statistic', () => {
    const change = fc.record({
      seed: fc.nat(1e6),
      shift: fc.double({ min: 0, max: 2, noNaN: true }),
      missing: fc.double({ min: 0, max: 0.5, noNaN: true }),
      unseen: fc.double({ min: 0, max: 0.5, noNaN: true }),
      numeric: fc.constantFrom(...NUMERIC_STATISTICS),
      categorical: fc.constantFrom(...CATEGORICAL_STATISTICS),
      alert: fc.constantFrom(undefined, 0.05, 0.2),
    });
    const names = ['a', 'colour'];
    const rows = (n: number, seed: number, { shift = 0, missing = 0, unseen = 0 } = {}) => {
      const next = uniform(seed);
      const hole = <T>(value: T, empty: T): T => (next() < missing ? empty : value);
      return table({
        a: numeric(normal(n, seed, shift).map((value) => hole(value, Number.NaN))),
        colour: category(
          Array.from({ length: n }, () =>
            hole<string | null>(next() < unseen ? 'mauve' : next() < 0.5 + shift / 5 ? 'red' : 'blue', null),
          ),
        ),
      });
    };
    const profile = fitProfile(rows(2000, 1), names, { scores: Float32Array.from(normal(2000, 9)) });
    let alerts = 0;
    fc.assert(
      fc.property(change, ({ seed, numeric, categorical, alert, ...changed }) => {
        const spec: DriftSpec = {
          ...DRIFT_DEFAULTS,
          numeric: { statistic: numeric, alert },
          categorical: { statistic: categorical, alert: categorical === 'chi-square' ? 0.001 : alert },
        };
        const window = emptyWindow(profile);
        addRows(window, profile, rows(500, seed + 2, changed));
        addScores(window, profile, normal(500, seed + 3, changed.shift));
        const report = evaluateDrift(profile, window, spec, { monitored: names, decisive: names });
        for (const text of alertsOf(report)) {
          alerts += 1;
          const printed = [...text.matchAll(PRINTED)];
          expect(printed.length, text).toBeGreaterThan(0);
          for (const one of printed) expect(isTrue(one), text).toBe(true);
        }
        for (const feature of report.features)
          expect(alarmsOf(feature).length > 0).toBe(feature.verdict === 'alert');
      }),
      { numRuns: 300 },
    );
    expect(alerts).toBeGreaterThan(100);
  });

  it('prints as many digits as the comparison needs', () => {
    const psi = { cause: 'distribution', measure: 'psi', limit: 0.25, beyond: 'above' } as const;
    expect(alarmText({ ...psi, value: 0.3 })).toBe('psi 0.30 > 0.25');
    expect(alarmText({ ...psi, value: 0.25013 })).toBe('psi 0.2501 > 0.25');
    const p = {
      cause: 'distribution',
      measure: 'chi-square p',
      limit: 0.001,
      beyond: 'at-or-below',
    } as const;
    expect(alarmText({ ...p, value: 0.001 })).toBe('chi-square p 0.001 <= 0.001');
  });

  it.each([
    ['fell', 0.5, 0],
    ['rose', 0, 0.5],
  ])('reports that the missing share %s, not its value', (direction, before, now) => {
    const rows = (missing: number) =>
      table({ a: numeric(normal(1000, 1).map((value, row) => (row < missing * 1000 ? Number.NaN : value))) });
    const profile = fitProfile(rows(before), ['a']);
    const window = emptyWindow(profile);
    addRows(window, profile, rows(now));
    const report = evaluateDrift(profile, window, DRIFT_DEFAULTS, { monitored: ['a'], decisive: ['a'] });
    expect(alertsOf(report).join()).toContain(`missing share ${direction} by 0.50 > 0.02`);
  });

  it('names the statistic of a report before 0.2 only where it was the cause', () => {
    const old = { name: 'age', verdict: 'alert', statistic: 'psi', threshold: 0.25 } as const;
    const measure = { value: 0.4, pValue: 0 };
    expect(alarmSentence({ ...old, measure, causes: ['distribution'] })).toBe('age psi 0.40 > 0.25');
    expect(
      alarmSentence({ ...old, measure: { value: 0.12, pValue: 0 }, causes: ['distribution', 'unseen'] }),
    ).toBe('age');
    expect(alarmSentence({ ...old, measure, causes: ['unseen'] })).toBe('age');
    expect(alarmSentence({ ...old, measure: null, causes: ['missing'] })).toBe('age');
    expect(alarmSentence({ ...old, verdict: 'warn', measure, causes: ['distribution'] })).toBe('age');
    expect(alarmSentence({ ...old, threshold: null, measure, causes: ['distribution'] })).toBe('age');
  });
});
