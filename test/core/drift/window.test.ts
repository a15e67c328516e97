import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import type { DriftWindow } from '../../../lambdas/core/drift/profile.ts';
import {
  addLabels,
  addRows,
  addScores,
  emptyWindow,
  mergeWindows,
} from '../../../lambdas/core/drift/window.ts';
import type { Table } from '../../../lambdas/core/table/table.ts';
import { category, normal, numeric, table } from './tables.ts';

const WORDS = ['x', 'y', null, 'new'];
const data = (n: number, seed: number): Table => {
  const a = normal(n, seed).map((value, row) => (row % 11 === 0 ? Number.NaN : value * 3));
  return table({
    a: numeric(a),
    b: numeric(a.map((value, row) => (row % 13 === 0 ? Infinity : Math.round(value)))),
    word: category(
      Array.from({ length: n }, (_, i) => WORDS[(i * 7 + seed) % (seed === 1 ? 3 : 4)] as string | null),
    ),
  });
};
const reference = data(400, 1);
const names = ['a', 'b', 'word'];
const scores = normal(300, 4);
const profile = fitProfile(reference, names, { scores, labels: scores.map((score) => Number(score > 0)) });

const windowOf = (rows: Table, seed: number): DriftWindow => {
  const window = emptyWindow(profile);
  addRows(window, profile, rows);
  addScores(window, profile, normal(20, seed, 3));
  addLabels(window, profile, Float64Array.of(0, 1, 1));
  return window;
};

describe('a drift profile', () => {
  it('survives a round trip as plain JSON', () => {
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  });

  it('describes each column', () => {
    const [a, b, word] = profile.columns;
    expect(a).toMatchObject({ kind: 'numeric', name: 'a' });
    expect(a?.missingShare).toBeCloseTo(37 / 400, 12);
    expect(b?.missingShare).toBeGreaterThan(37 / 400); // the infinities are missing too
    expect(word).toMatchObject({ kind: 'categorical', categories: ['y', 'x'] });
    const values = [...(reference.columns.get('a') as { values: Float64Array }).values].filter(
      Number.isFinite,
    );
    const summary = a?.kind === 'numeric' ? a.summary : null;
    expect(summary?.min).toBe(Math.min(...values));
    expect(summary?.max).toBe(Math.max(...values));
    expect(summary?.p50).toBeCloseTo(values.sort((x, y) => x - y)[181] as number, 12);
  });

  it('holds the counts of its own rows', () => {
    const window = emptyWindow(profile);
    addRows(window, profile, reference);
    expect(window.columns).toEqual(profile.reference.columns);
    expect(window.pairs).toEqual(profile.reference.pairs);
  });

  it('does not depend on the order of the rows', () => {
    const order = Array.from({ length: 400 }, (_, i) => (i * 171) % 400);
    const shuffled = table({
      a: numeric(
        order.map((row) => (reference.columns.get('a') as { values: Float64Array }).values[row] as number),
      ),
    });
    expect(fitProfile(shuffled, ['a'])).toEqual(fitProfile(reference, ['a']));
  });

  it('keeps the thousand most frequent categories, and counts the rest as unseen', () => {
    const many = Array.from({ length: 3000 }, (_, i) => (i < 1000 ? 'often' : `w${i % 1500}`));
    const of = fitProfile(table({ many: category(many) }), ['many']);
    const [column] = of.columns;
    const [counts] = of.reference.columns;
    if (column?.kind !== 'categorical' || counts?.kind !== 'categorical') throw new Error('kind');
    expect(column.categories).toHaveLength(1000);
    expect(column.categories[0]).toBe('often');
    expect(counts.unseen).toBe(3000 - counts.counts.reduce((a, b) => a + b, 0));
    expect(counts.unseen).toBeGreaterThan(0);
  });

  it('is empty for an empty table', () => {
    const of = fitProfile(table({ a: numeric([]), word: category([]) }), ['a', 'word'], {
      scores: new Float64Array(0),
    });
    expect(of.columns).toMatchObject([
      { missingShare: 0, summary: null },
      { missingShare: 0, categories: [] },
    ]);
  });

  it('ignores dictionary entries that no row uses', () => {
    const column = { kind: 'category', codes: Int32Array.of(0, 0), dictionary: ['used', 'unused'] } as const;
    expect(fitProfile(table({ column }), ['column']).columns).toMatchObject([{ categories: ['used'] }]);
  });

  it('fails on a column that the table lacks, and names those of the table', () => {
    expect(() => fitProfile(reference, ['zip'])).toThrow("column 'zip' is not in the table");
  });
});

describe('the windows of a profile', () => {
  it('merges windows of parts to the window of the whole, in any order and grouping', () => {
    const parts = [data(50, 2), data(0, 3), data(31, 5)].map((part, i) => windowOf(part, i + 20));
    const [x, y, z] = parts as [DriftWindow, DriftWindow, DriftWindow];
    const whole = mergeWindows(mergeWindows(x, y), z);
    expect(mergeWindows(x, mergeWindows(z, y))).toEqual(whole);
    expect(mergeWindows(z, mergeWindows(y, x))).toEqual(whole);
    expect(mergeWindows(emptyWindow(profile), whole)).toEqual(whole);
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
  });

  it('counts the same window wherever the rows are cut', () => {
    const { values } = data(200, 6).columns.get('a') as { values: Float64Array };
    const of = fitProfile(reference, ['a']);
    const count = (from: number, to: number): DriftWindow => {
      const window = emptyWindow(of);
      addRows(window, of, table({ a: numeric(values.subarray(from, to)) }));
      return window;
    };
    fc.assert(
      fc.property(fc.nat(200), (cut) => {
        expect(mergeWindows(count(0, cut), count(cut, 200))).toEqual(count(0, 200));
      }),
    );
  });

  it('maps categories by their text, whatever the order of the dictionary', () => {
    const window = emptyWindow(profile);
    addRows(window, profile, table({ a: numeric([1]), b: numeric([1]), word: category(['x']) }));
    expect(window.columns[2]).toEqual({ kind: 'categorical', counts: [0, 1], unseen: 0, missing: 0 });
  });

  it('refuses to merge windows of different profiles', () => {
    const other = (columns: Table, of: readonly string[], outputs = {}) =>
      emptyWindow(fitProfile(columns, of, outputs));
    const mine = other(reference, ['a']);
    expect(() => mergeWindows(mine, other(reference, ['a', 'b']))).toThrow('different profiles');
    expect(() => mergeWindows(mine, other(reference, ['word']))).toThrow('different profiles');
    expect(() => mergeWindows(mine, other(reference, ['b']))).toThrow('different profiles');
    expect(() => mergeWindows(mine, other(reference, ['a'], { scores }))).toThrow('different profiles');
    expect(() => mergeWindows(other(reference, ['a'], { scores }), mine)).toThrow('different profiles');
    const unpaired = fitProfile(table({ a: numeric(normal(400, 1)), b: numeric(normal(400, 2)) }), [
      'a',
      'b',
    ]);
    expect(() => mergeWindows(emptyWindow(unpaired), other(reference, ['a', 'b']))).toThrow(
      'different profiles',
    );
  });

  it('fails on a missing column, a changed kind, and scores without a reference', () => {
    const window = emptyWindow(profile);
    expect(() => addRows(window, profile, table({ a: numeric([1]) }))).toThrow(
      "column 'b' is not in the table",
    );
    expect(() =>
      addRows(window, profile, table({ a: numeric([1]), b: category(['1']), word: category(['x']) })),
    ).toThrow("column 'b' is category, its profile is numeric");
    expect(() =>
      addRows(window, profile, table({ a: numeric([1]), b: numeric([1]), word: numeric([1]) })),
    ).toThrow("column 'word' is numeric, its profile is categorical");
    const plain = fitProfile(reference, ['a']);
    expect(() => addScores(emptyWindow(plain), plain, scores)).toThrow('fitted without scores');
    expect(() => addLabels(emptyWindow(plain), plain, scores)).toThrow('fitted without labels');
  });
});
