import { describe, expect, it } from 'vitest';
import { evaluateDrift } from '../../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import { DRIFT_DEFAULTS, type DriftSpec } from '../../../lambdas/core/drift/spec.ts';
import { addRows, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import { category, numeric, table } from './tables.ts';

const ROWS = 2000;
const flags = (share: number) => Float64Array.from({ length: ROWS }, (_, row) => Number(row < share * ROWS));

function compare(was: Float64Array, is: Float64Array, spec: DriftSpec, booleans = ['vip']) {
  const profile = fitProfile(table({ vip: numeric(was) }), ['vip']);
  const window = emptyWindow(profile);
  addRows(window, profile, table({ vip: numeric(is) }));
  const scope = { monitored: ['vip'], decisive: ['vip'], booleans };
  const [feature] = evaluateDrift(profile, window, spec, scope).features;
  if (feature === undefined) throw new Error('vip');
  return feature;
}

describe('the comparison of a boolean', () => {
  const chiSquare: DriftSpec = {
    ...DRIFT_DEFAULTS,
    numeric: { statistic: 'wasserstein', warn: 0.5, alert: 0.9 },
    categorical: { statistic: 'chi-square', warn: 0.01, alert: 0.001 },
  };

  it('uses the statistic and the limits of categories', () => {
    const feature = compare(flags(0.5), flags(0.6), chiSquare);
    expect(feature).toMatchObject({ kind: 'categorical', statistic: 'chi-square', verdict: 'alert' });
    // scipy.stats.chi2_contingency([[1000, 1000], [800, 1200]], correction=False).pvalue
    expect(feature.measure?.pValue).toBeCloseTo(2.0651359139394069e-10, 19);
    expect(compare(flags(0.5), flags(0.6), chiSquare, []).statistic).toBe('wasserstein');
  });

  it.each([
    [0, 0.1],
    [1, 0.9],
    [0.03, 0.1],
  ])('finds drift from a share of %d that is true to %d', (was, is) => {
    expect(compare(flags(was), flags(is), DRIFT_DEFAULTS).measures['l-infinity']?.value).toBeCloseTo(
      Math.abs(is - was),
      12,
    );
    expect(compare(flags(was), flags(is), DRIFT_DEFAULTS).verdict).toBe('alert');
    expect(compare(flags(was), flags(was), DRIFT_DEFAULTS).verdict).toBe('ok');
  });

  it('tests the missing share alone where the reference has no value', () => {
    const none = new Float64Array(ROWS).fill(Number.NaN);
    expect(compare(none, flags(0.5), DRIFT_DEFAULTS)).toMatchObject({
      verdict: 'alert',
      causes: ['missing'],
    });
  });

  it('leaves a column of texts as it is', () => {
    const words = table({ vip: category(Array.from({ length: 500 }, (_, i) => (i % 2 ? 'yes' : 'no'))) });
    const profile = fitProfile(words, ['vip']);
    const window = emptyWindow(profile);
    addRows(window, profile, words);
    const scope = { monitored: ['vip'], decisive: [], booleans: ['vip'] };
    expect(evaluateDrift(profile, window, DRIFT_DEFAULTS, scope).features[0]?.verdict).toBe('ok');
  });
});
