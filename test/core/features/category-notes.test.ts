import { expect, it } from 'vitest';
import {
  coverCategories,
  describeNotes,
  keptPercent,
  noteCategories,
} from '../../../lambdas/core/features/category-notes.ts';
import { numbers, specOf, tableOf, texts } from './tables.ts';

const cycle = (levels: number, rows: number) => Array.from({ length: rows }, (_, i) => `v${i % levels}`);

it('notes dropped categories, and texts for nothing, with their rows', () => {
  const table = tableOf({
    team: texts(cycle(1000, 2000)),
    few: texts([...cycle(4, 1999), null]),
    agent: texts(['NULL', 'n/a', ...cycle(3, 1998)]),
    age: numbers(new Array(2000).fill(1)),
  });
  const spec = specOf(
    { kind: 'categorical', name: 'group', column: 'team', encoding: 'one-hot' },
    { kind: 'categorical', name: 'few', maxCategories: 3 },
    { kind: 'categorical', name: 'agent' },
    { kind: 'numeric', name: 'age' },
  );
  const notes = noteCategories(table, spec);
  expect(notes).toMatchObject([
    { column: 'team', levels: 1000, kept: 100, keptShare: 0.1, nothings: [] },
    { column: 'few', levels: 4, kept: 3, nothings: [] },
    {
      column: 'agent',
      levels: 5,
      kept: 5,
      keptShare: 1,
      nothings: [
        { text: 'NULL', rows: 1 },
        { text: 'n/a', rows: 1 },
      ],
    },
  ]);
  expect(describeNotes(notes)).toBe(
    "'team' keeps 100 of 1000 categories, 10.0 % of its rows; 'few' keeps 3 of 4 categories, 75.0 % of its rows; 'NULL' is a category of 'agent' (1 rows); 'n/a' is a category of 'agent' (1 rows)",
  );
  expect(
    noteCategories(tableOf({ few: texts(['a']) }), specOf({ kind: 'categorical', name: 'few' })),
  ).toEqual([]);
});

it('covers each categorical feature, with the share of rows that have a kept category', () => {
  const table = tableOf({ team: texts([...cycle(3, 6), null]), none: texts([null]), age: numbers([1]) });
  const spec = specOf(
    { kind: 'categorical', name: 'group', column: 'team', maxCategories: 2 },
    { kind: 'categorical', name: 'none' },
    { kind: 'numeric', name: 'age' },
  );
  const covered = coverCategories(table, spec);
  expect(covered).toEqual([
    { column: 'team', levels: 3, kept: 2, keptShare: 4 / 6 },
    { column: 'none', levels: 0, kept: 0, keptShare: 1 },
  ]);
  expect(describeNotes(covered)).toBe("'team' keeps 2 of 3 categories, 66.7 % of its rows");
});

it('rounds no share up to all', () => {
  expect([keptPercent(1), keptPercent(0.9999), keptPercent(0.5)]).toEqual(['100.0 %', '99.9 %', '50.0 %']);
});
