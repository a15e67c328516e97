import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCounts, compareGroups } from '../../../lambdas/core/fairness/compare-groups.ts';
import { countRow, type GroupTable, shownGroup } from '../../../lambdas/core/fairness/groups.ts';
import { numbers, tableOf, texts } from '../features/tables.ts';

type Answer = readonly [group: string | readonly string[], decision: boolean, outcome: number];
const answers = fc.array(
  fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean(), fc.constantFrom(0, 1, Number.NaN)),
  { maxLength: 60 },
);
const counted = (rows: readonly Answer[]): GroupTable => {
  const table: GroupTable = new Map();
  for (const [group, ...rest] of rows) countRow(table, [group].flat(), ...rest);
  return table;
};

describe('groups of a fairness report', () => {
  it('compares groups alike in whatever order their rows come', () => {
    fc.assert(
      fc.property(answers, (rows) => {
        expect(compareCounts(counted(rows.toReversed()), 1)).toEqual(compareCounts(counted(rows), 1));
      }),
    );
  });

  it('measures the same difference between groups under other names', () => {
    fc.assert(
      fc.property(answers, (rows) => {
        const renamed = rows.map(
          ([group, ...rest]): Answer => [{ a: 'z', b: 'y', c: 'x' }[String(group)] ?? '', ...rest],
        );
        const apart = (from: readonly Answer[]) =>
          Object.entries(compareCounts(counted(from), 1).disparities).map(([name, { value }]) => [
            name,
            value,
          ]);
        expect(apart(renamed)).toEqual(apart(rows));
      }),
    );
  });

  it('keeps every difference and ratio between 0 and 1, and inside its interval', () => {
    fc.assert(
      fc.property(answers, (rows) => {
        for (const { value, low, high } of Object.values(compareCounts(counted(rows), 1).disparities)) {
          expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
        }
      }),
    );
  });

  it('has no true positive rate without a positive outcome, instead of a rate of 0', () => {
    const { groups, disparities } = compareCounts(
      counted([
        ['a', true, 1],
        ['a', false, 0],
        ['b', true, 0],
      ]),
      1,
    );
    expect(groups.map(({ truePositiveRate }) => truePositiveRate?.value)).toEqual([1, undefined]);
    expect(disparities).not.toHaveProperty('equalOpportunity');
    expect(disparities).not.toHaveProperty('equalizedOdds');
    expect(disparities.parityDifference?.value).toBe(0.5);
  });

  it('leaves groups below the smallest size unnamed, and rates without enough rows of their own out', () => {
    const rows = (group: string, n: number): Answer[] =>
      Array.from({ length: n }, (_, i) => [group, i % 2 === 0, i % 5 === 0 ? 1 : 0]);
    const { groups } = compareCounts(
      counted([...rows('many', 60), ...rows('few', 29), ...rows('enough', 30)]),
      30,
    );
    expect(groups.map(({ group }) => group)).toEqual(['enough', 'many']);
    expect(groups[1]?.truePositiveRate).toBeUndefined(); // 12 positive outcomes
    expect(groups[1]?.falsePositiveRate).toBeDefined(); // 48 negative ones
  });

  it('tells groups of several columns apart whose values join to one text', () => {
    const rows = (group: readonly string[], decision: boolean): Answer[] =>
      Array.from({ length: 60 }, () => [group, decision, 1]);
    const { groups, disparities } = compareCounts(
      counted([...rows(['x', 'y, z'], false), ...rows(['x, y', 'z'], true), ...rows(['x, y, z', ''], true)]),
      30,
    );
    expect(groups.map(({ group, rows: count }) => [group, count])).toEqual([
      ['"x, y", z', 60],
      ['"x, y, z", ', 60],
      ['x, "y, z"', 60],
    ]);
    expect(disparities.parityDifference?.value).toBe(1);
  });

  it('gives no two combinations of values one name', () => {
    const value = fc.constantFrom('a', 'b', 'a, b', '"a"', ' a', 'a ', ',', '"', '');
    const group = fc.tuple(value, value);
    fc.assert(
      fc.property(group, group, (one, other) => {
        expect(shownGroup(one) === shownGroup(other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });

  it('widens the interval of a difference with the number of groups it was chosen from', () => {
    const rows = (group: string, selected: number): Answer[] =>
      Array.from({ length: 50 }, (_, i) => [group, i < selected, 1]);
    const pair = [...rows('a', 10), ...rows('b', 24)];
    const many = [...pair, ...['c', 'd', 'e', 'f', 'g', 'h'].flatMap((group) => rows(group, 17))];
    const of = (all: readonly Answer[]) => compareCounts(counted(all), 30).disparities.parityDifference;
    expect(of(pair)?.value).toBeCloseTo(0.28, 12);
    expect(of(many)?.value).toBeCloseTo(0.28, 12);
    expect(of(pair)?.low).toBeGreaterThan(0.05);
    expect(of(many)?.low).toBe(0);
    expect(of(many)?.high as number).toBeGreaterThan(of(pair)?.high as number);
  });

  it('reports no ratio where nobody was selected', () => {
    const { disparities } = compareCounts(
      counted([
        ['a', false, 1],
        ['b', false, 1],
      ]),
      1,
    );
    expect(disparities.parityDifference?.value).toBe(0);
    expect(disparities).not.toHaveProperty('parityRatio');
  });
});

describe('the groups of a table', () => {
  const table = tableOf({ sex: texts(['f', 'm', null, 'f']), loan: numbers([1, 0, 1, Number.NaN]) });
  const decided = { predictions: [0.9, 0.1, 0.9, Number.NaN], outcomes: [1, 0, 1, 1], threshold: 0.5 };
  const names = (columns: string[]) =>
    compareGroups(table, columns, decided, 1).groups.map(({ group, rows }) => [group, rows]);

  it('leaves out rows without a group or without a label', () => {
    expect(names(['sex'])).toEqual([
      ['f', 1],
      ['m', 1],
    ]);
  });

  it('forms groups of booleans and of combinations', () => {
    expect(names(['loan'])).toEqual([
      ['false', 1],
      ['true', 2],
    ]);
    expect(names(['sex', 'loan'])).toEqual([
      ['f, true', 1],
      ['m, false', 1],
    ]);
  });
});
