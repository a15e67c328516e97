import { describe, expect, it } from 'vitest';
import { evaluateDrift } from '../../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import type { DriftWindow, Profile } from '../../../lambdas/core/drift/profile.ts';
import { DRIFT_DEFAULTS, type DriftSpec } from '../../../lambdas/core/drift/spec.ts';
import { addLabels, addRows, addScores, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import type { Column, Table } from '../../../lambdas/core/table/table.ts';
import { category, normal, numeric, table, uniform } from './tables.ts';

const words = ['red', 'green', 'blue'];
const colours = (n: number, seed: number, from = words): string[] => {
  const next = uniform(seed);
  return Array.from({ length: n }, () => from[Math.floor(next() ** 1.5 * from.length)] as string);
};

function rows(n: number, seed: number, change: Readonly<Record<string, Column>> = {}): Table {
  const a = normal(n, seed);
  const noise = normal(n, seed + 1);
  return table({
    a: numeric(a),
    b: numeric(a.map((value, row) => value + 0.5 * (noise[row] as number))),
    c: numeric(normal(n, seed + 2)),
    colour: category(colours(n, seed + 3)),
    ...change,
  });
}

const names = ['a', 'b', 'c', 'colour'];
const profile = fitProfile(rows(5000, 1), names, {
  scores: Float32Array.from(normal(3000, 9)),
  labels: Float64Array.from({ length: 3000 }, (_, i) => Number(i % 4 === 0)),
});
const scope = { monitored: names, decisive: ['a'] };

function windowOf(data: Table, of: Profile = profile): DriftWindow {
  const window = emptyWindow(of);
  addRows(window, of, data);
  return window;
}

const judge = (data: Table, spec: DriftSpec = DRIFT_DEFAULTS, decisive = ['a']) =>
  evaluateDrift(profile, windowOf(data), spec, { monitored: names, decisive });

const feature = (report: ReturnType<typeof judge>, name: string) => {
  const found = report.features.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('the verdict on a window', () => {
  it('finds a window like the reference stable, with every feature ok', () => {
    const report = judge(rows(1000, 100));
    expect(report.verdict).toBe('stable');
    expect(report.features.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(report.rows).toBe(1000);
  });

  it('finds nearly all of 300 small windows like the reference stable: 1 % may not be', () => {
    const verdicts = Array.from({ length: 300 }, (_, i) => judge(rows(200, 1000 + 10 * i)).verdict);
    expect(verdicts.filter((verdict) => verdict !== 'stable').length).toBeLessThanOrEqual(3);
  });

  it('finds a window insufficient below the minimum of rows', () => {
    const report = judge(rows(199, 100, { c: numeric(normal(199, 5, 9)) }));
    expect(report.verdict).toBe('insufficient');
    expect(feature(report, 'c')).toMatchObject({ verdict: 'insufficient', measure: null, measures: {} });
  });

  it('finds a window without rows insufficient', () => {
    expect(evaluateDrift(profile, emptyWindow(profile), DRIFT_DEFAULTS, scope).verdict).toBe('insufficient');
  });

  it('finds drift when a single decisive feature alerts', () => {
    const shifted = rows(1000, 100, { c: numeric(normal(1000, 5, 2)) });
    expect(judge(shifted, DRIFT_DEFAULTS, ['c']).verdict).toBe('drifted');
    expect(judge(shifted, DRIFT_DEFAULTS, ['a']).verdict).toBe('stable');
  });

  it('finds drift when half of the features alert', () => {
    const shifted = rows(1000, 100, {
      c: numeric(normal(1000, 5, 2)),
      colour: category(colours(1000, 6, ['blue'])),
    });
    expect(judge(shifted, DRIFT_DEFAULTS, []).verdict).toBe('drifted');
  });

  it('compares only monitored features, and finds a window stable when there are none', () => {
    const window = windowOf(rows(1000, 100, { c: numeric(normal(1000, 5, 2)) }));
    const without = { monitored: ['a', 'b', 'colour'], decisive: ['c'] };
    const report = evaluateDrift(profile, window, DRIFT_DEFAULTS, without);
    expect(report.verdict).toBe('stable');
    expect(report.features.map(({ name }) => name)).not.toContain('c');
    expect(evaluateDrift(profile, window, DRIFT_DEFAULTS, { monitored: [], decisive: [] }).verdict).toBe(
      'stable',
    );
  });

  it('lists the worst features first', () => {
    const report = judge(rows(1000, 100, { b: numeric(normal(1000, 5, 5)), c: numeric(normal(1000, 5, 2)) }));
    expect(report.features.slice(0, 2).map(({ name }) => name)).toEqual(['b', 'c']);
    const names = judge(rows(100, 100)).features.map(({ name }) => name);
    expect(names).toEqual(['a', 'b', 'c', 'colour']);
  });

  it('finds drift when the scores move, while labels are only reported', () => {
    const window = windowOf(rows(1000, 100));
    addLabels(window, profile, new Float64Array(500).fill(1));
    const moved = evaluateDrift(profile, window, DRIFT_DEFAULTS, scope);
    expect(moved.label?.verdict).toBe('alert');
    expect(moved.score?.verdict).toBe('insufficient');
    expect(moved.verdict).toBe('stable');
    addScores(window, profile, Float32Array.from(normal(500, 77, 1.5)));
    const scored = evaluateDrift(profile, window, DRIFT_DEFAULTS, scope);
    expect(scored.score).toMatchObject({
      name: 'score',
      verdict: 'alert',
      statistic: 'psi',
      threshold: null,
    });
    expect(scored.verdict).toBe('drifted');
  });

  it('reports no score and no label where the profile has none', () => {
    const plain = fitProfile(rows(500, 1), names);
    const report = evaluateDrift(plain, windowOf(rows(500, 2), plain), DRIFT_DEFAULTS, scope);
    expect(report.score).toBeNull();
    expect(report.label).toBeNull();
  });
});

describe('the verdict on a feature', () => {
  it.each(['psi', 'js', 'ks', 'wasserstein'] as const)('detects a shifted mean by %s', (statistic) => {
    const spec = { ...DRIFT_DEFAULTS, numeric: { statistic, warn: 0.1, alert: 0.2 } };
    const shifted = feature(judge(rows(1000, 100, { c: numeric(normal(1000, 5, 1)) }), spec), 'c');
    expect(shifted).toMatchObject({ verdict: 'alert', statistic, causes: ['distribution'], threshold: 0.2 });
    expect(feature(judge(rows(1000, 100), spec), 'c').verdict).toBe('ok');
  });

  it.each([
    ['psi', 0.1, 0.25],
    ['js', 0.1, 0.2],
    ['l-infinity', 0.1, 0.2],
    ['chi-square', 0.05, 0.001],
  ] as const)('detects changed categories by %s', (statistic, warn, alert) => {
    const spec = { ...DRIFT_DEFAULTS, categorical: { statistic, warn, alert } };
    const changed = rows(1000, 100, { colour: category(colours(1000, 6, ['blue', 'green'])) });
    expect(feature(judge(changed, spec), 'colour')).toMatchObject({ verdict: 'alert', statistic });
    expect(feature(judge(rows(1000, 100), spec), 'colour').verdict).toBe('ok');
  });

  it('warns of a proven change between half of the floor and the floor, at any number of rows', () => {
    const verdictOf = (shift: number, spec = DRIFT_DEFAULTS) =>
      feature(judge(rows(100_000, 100, { c: numeric(normal(100_000, 5, shift)) }), spec), 'c').verdict;
    const floor = { share: 0.02, deviations: 0.2 };
    expect([0.05, 0.15, 0.25].map((shift) => verdictOf(shift, { ...DRIFT_DEFAULTS, floor }))).toEqual([
      'ok',
      'warn',
      'alert',
    ]);
  });

  it("holds a proven change to the blueprint's own limits, too", () => {
    const shifted = rows(2000, 100, { c: numeric(normal(2000, 5, 0.4)) });
    const verdictOf = (warn: number, alert: number) =>
      feature(judge(shifted, { ...DRIFT_DEFAULTS, numeric: { statistic: 'psi', warn, alert } }), 'c').verdict;
    expect(verdictOf(0.05, 0.1)).toBe('alert');
    expect(verdictOf(0.1, 0.25)).toBe('warn');
    expect(verdictOf(0.25, 0.5)).toBe('ok');
  });

  it('accepts a value beyond the limit on few rows when chance explains it', () => {
    const spec: DriftSpec = {
      ...DRIFT_DEFAULTS,
      minRows: 20,
      numeric: { statistic: 'psi', warn: 0, alert: 0 },
    };
    expect(feature(judge(rows(40, 100), spec), 'a').verdict).toBe('ok');
  });

  it('alerts when categories never seen before grow beyond their limit', () => {
    const values = colours(1000, 6).map((colour, row) => (row % 16 === 0 ? 'violet' : colour));
    const changed = feature(judge(rows(1000, 100, { colour: category(values) })), 'colour');
    expect(changed).toMatchObject({ verdict: 'alert', unseenShare: 0.063, unseenShareReference: 0 });
    expect(changed.causes).toContain('unseen');
  });

  describe('a column of a thousand categories, most of them rare', () => {
    const weights = Array.from({ length: 1000 }, (_, rank) => 1 / (rank + 1));
    const cumulative = weights.map((_, rank) => weights.slice(0, rank + 1).reduce((a, b) => a + b));
    const total = cumulative.at(-1) as number;
    /** Zipf's law: category r with a probability in proportion to 1 / r. */
    const longTail = (n: number, seed: number): string[] => {
      const next = uniform(seed);
      return Array.from({ length: n }, () => {
        const at = next() * total;
        return `c${cumulative.findIndex((upTo) => at < upTo)}`;
      });
    };
    const of = fitProfile(table({ x: category(longTail(5000, 1)) }), ['x']);
    const judgeValues = (values: readonly string[], spec = DRIFT_DEFAULTS) => {
      const window = windowOf(table({ x: category(values) }), of);
      const { features, verdict } = evaluateDrift(of, window, spec, { monitored: ['x'], decisive: ['x'] });
      return { ...(features[0] as (typeof features)[number]), window: verdict };
    };
    const windows = Array.from({ length: 60 }, (_, i) => longTail(1000, 100 + i));

    it('stays stable while nothing changes, although every window has unseen categories', () => {
      const reports = windows.map((values) => judgeValues(values));
      expect(Math.min(...reports.map(({ unseenShare }) => unseenShare))).toBeGreaterThan(0.03);
      expect(reports.filter(({ window }) => window !== 'stable')).toEqual([]);
      expect(reports.filter(({ causes }) => causes.length > 0).length).toBeLessThanOrEqual(1);
    });

    it('expects the share of unseen categories that windows then have', () => {
      const shares = windows.map((values) => judgeValues(values).unseenShare);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      expect(Math.abs(judgeValues(windows[0] as string[]).unseenShareReference - mean)).toBeLessThan(0.01);
    });

    it('does not mistake the unseen categories of every window for a changed distribution', () => {
      const chiSquare = { statistic: 'chi-square', warn: 0.001, alert: 0.001 } as const;
      const reports = windows.map((values) =>
        judgeValues(values, { ...DRIFT_DEFAULTS, categorical: chiSquare }),
      );
      expect(reports.filter(({ causes }) => causes.includes('distribution')).length).toBeLessThanOrEqual(1);
    });

    it('raises no alert while new categories stay within their limit above the expected share', () => {
      const spec = { ...DRIFT_DEFAULTS, unseenShare: 0.05 };
      const few = windows.map((values) =>
        judgeValues(
          values.map((value, row) => (row % 50 === 0 ? 'new' : value)),
          spec,
        ),
      );
      const beyond = few.filter(({ unseenShare }) => unseenShare > spec.unseenShare);
      expect(beyond.length).toBeGreaterThan(30);
      expect(beyond.filter(({ alarms }) => alarms?.some(({ cause }) => cause === 'unseen'))).toEqual([]);
    });

    it('alerts when a tenth of the rows has new categories', () => {
      const changed = windows.map((values) =>
        judgeValues(values.map((value, row) => (row % 10 === 0 ? `new${row % 70}` : value))),
      );
      for (const { causes, window } of changed) {
        expect(causes).toContain('unseen');
        expect(window).toBe('drifted');
      }
    });

    it('accepts an excess beyond the limit on few rows when chance explains it', () => {
      const few = { ...DRIFT_DEFAULTS, minRows: 10, unseenShare: 0 };
      const reports = windows.map((values) => judgeValues(values.slice(0, 40), few));
      expect(
        reports.filter(({ unseenShare, unseenShareReference }) => unseenShare > unseenShareReference),
      ).not.toEqual([]);
      expect(reports.filter(({ causes }) => causes.includes('unseen')).length).toBeLessThanOrEqual(1);
    });
  });

  it('alerts when values go missing, and compares what is left', () => {
    const gone = normal(1000, 5).map((value, row) => (row % 10 === 0 ? value : Number.NaN));
    const changed = feature(judge(rows(1000, 100, { c: numeric(gone) })), 'c');
    expect(changed).toMatchObject({
      verdict: 'alert',
      causes: ['missing'],
      missingShare: 0.9,
      missingShareReference: 0,
    });
    expect(changed.measure).not.toBeNull();
  });

  it('finds a feature insufficient when the reference never had a value, unless values appear', () => {
    const empty = table({ x: numeric(new Float64Array(500).fill(Number.NaN)) });
    const of = fitProfile(empty, ['x']);
    const scopeOfX = { monitored: ['x'], decisive: [] };
    const same = evaluateDrift(of, windowOf(empty, of), DRIFT_DEFAULTS, scopeOfX);
    expect(same.features[0]?.verdict).toBe('insufficient');
    const appeared = windowOf(table({ x: numeric(normal(500, 1)) }), of);
    const report = evaluateDrift(of, appeared, DRIFT_DEFAULTS, scopeOfX);
    expect(report.features[0]).toMatchObject({ verdict: 'alert', causes: ['missing'] });
  });
});

describe('correlations between features', () => {
  it('watches the strongest pairs and alerts when they break', () => {
    expect(profile.pairs).toEqual([{ a: 0, b: 1 }]);
    expect(judge(rows(1000, 100)).correlations).toMatchObject([{ a: 'a', b: 'b', verdict: 'ok' }]);
    const broken = judge(rows(1000, 100, { b: numeric(normal(1000, 70)) })).correlations[0];
    expect(broken?.verdict).toBe('alert');
    expect(broken?.reference).toBeGreaterThan(0.8);
    expect(Math.abs(broken?.current ?? 1)).toBeLessThan(0.1);
    expect(judge(rows(100, 100)).correlations[0]?.verdict).toBe('insufficient');
  });

  it('picks the ten most strongly correlated pairs at most, strongest first, without constant columns', () => {
    const base = normal(500, 1);
    const noisy = (amount: number, seed: number) => {
      const noise = normal(500, seed);
      return numeric(base.map((value, row) => value + amount * (noise[row] as number)));
    };
    const columns = {
      a: numeric(base),
      b: noisy(0.05, 2),
      c: noisy(0.3, 3),
      d: noisy(0.6, 4),
      e: noisy(0.9, 5),
      f: noisy(1.2, 6),
      constant: numeric(new Float64Array(500).fill(3)),
    };
    const { pairs } = fitProfile(table(columns), Object.keys(columns));
    expect(pairs).toHaveLength(10);
    expect(pairs[0]).toEqual({ a: 0, b: 1 });
    expect(pairs.some(({ b }) => b === 6)).toBe(false);
  });
});

it('fails when the window was counted with another profile', () => {
  const other = fitProfile(rows(500, 1), ['a']);
  const window = windowOf(rows(500, 2), other);
  expect(() => evaluateDrift(profile, window, DRIFT_DEFAULTS, scope)).toThrow('different profiles');
  const swapped = fitProfile(rows(500, 1), ['colour', 'a', 'b', 'c']);
  expect(() => evaluateDrift(profile, windowOf(rows(500, 2), swapped), DRIFT_DEFAULTS, scope)).toThrow(
    'different profiles',
  );
});
