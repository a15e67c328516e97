import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkQuery, checkSteps } from '../../../lambdas/core/sql/check-steps.ts';

const codes = (query: string) => checkQuery(query, 'q').map(({ code }) => code);

describe('the check of a query', () => {
  it.each([
    'select 1',
    'SELECT a FROM t -- done',
    'with x as (select 1 as a), y as not materialized (select 2) select * from x, y',
    'select \';\', "delete", $$ insert into $$ /* drop table */ from t',
    'select t.update, updated, "into" from t',
    "select comment, copy, call from t where created > current_setting('mlops.from')::timestamptz",
    'select sum(x) over w from t window w as (partition by a order by b)',
    'select count(*) from (select 1 union all (select 2)) as s',
    "select a['(']",
  ])('accepts %s', (query) => {
    expect(checkQuery(query, 'q')).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['a second statement', 'select 1; drop table t', ['source/several-statements']],
    ['a trailing semicolon', 'select 1;', ['source/several-statements']],
    ['another statement', 'delete from t', ['source/not-a-select']],
    ['a statement named like a quoted word', '"select" 1', ['source/not-a-select']],
    ['VALUES', 'values (1)', ['source/not-a-select']],
    ['nothing', ' -- only a comment', ['source/empty']],
    ['a string that does not end', "select 'a", ['source/unterminated']],
    ['a NUL character', 'select \0', ['source/control-character']],
    ['a way out of its CTE', 'select 1), x as (select 2', ['source/unbalanced']],
    ['a parenthesis that stays open', 'select (1', ['source/unbalanced']],
    ['a CTE that deletes', 'with d as (delete from t returning *) select * from d', ['source/writes']],
    ['a CTE before a delete', 'with d as (select 1) delete from t', ['source/writes']],
    ['a SELECT that creates a table', 'select 1 into t', ['source/writes']],
    ['a SELECT that locks rows', 'select * from t for update', ['source/writes']],
    ['a CTE that is no query', 'with d as (grant select on t to u) select 1', ['source/writes']],
    ['another such CTE', 'with d as materialized ( copy t to program $$x$$) select 1', ['source/writes']],
    ['two things', 'select 1 into t;', ['source/several-statements', 'source/writes']],
  ])('refuses %s', (_, query, expected) => {
    expect(codes(query)).toEqual(expected);
  });

  it('reports the line, the word and the fix', () => {
    expect(
      checkQuery('with a as (\n  update t set x = 1 returning x)\nselect * from a', 'steps[0].query'),
    ).toEqual([
      {
        code: 'source/writes',
        path: 'steps[0].query',
        message: 'has UPDATE in line 2',
        fix: 'only SELECT is allowed; if it is a column, write "update" in double quotes',
      },
    ]);
  });

  it('finds a second statement anywhere, unless quotes or a comment enclose it', () => {
    const hidden = fc.constantFrom(
      "';'",
      '";"',
      '$$;$$',
      '$t$;$t$',
      '/*;*/',
      '--;\n',
      "E'\\';'",
      'a',
      '1',
      ',',
      '+',
    );
    fc.assert(
      fc.property(fc.array(hidden), fc.array(hidden), (before, after) => {
        const query = (middle: string) => ['select', ...before, middle, ...after, ''].join(' ');
        expect(codes(query(';'))).toContain('source/several-statements');
        expect(codes(query(' '))).toEqual([]);
      }),
    );
  });
});

describe('the check of query steps', () => {
  const query = 'select 1';

  it('accepts steps with names of their own', () => {
    expect(
      checkSteps([
        { name: 'a', query },
        { name: '_b2', query, keep: true },
      ]),
    ).toEqual([]);
  });

  it('refuses an empty list, repeated names and invalid names, all at once, each with its place', () => {
    expect(checkSteps([], 'source.steps')).toMatchObject([{ code: 'source/no-steps', path: 'source.steps' }]);
    const steps = ['a', 'a', 'A', 'a"b', '', 'x'.repeat(64)].map((name) => ({ name, query: 'select;' }));
    const found = checkSteps(steps, 'source.steps').filter(
      ({ code }) => code !== 'source/several-statements',
    );
    expect(found.map(({ code, path }) => [code, path])).toEqual([
      ['source/duplicate-step', 'source.steps[1].name'],
      ...[2, 3, 4, 5].map((index) => ['source/invalid-name', `source.steps[${index}].name`]),
    ]);
    expect(checkSteps(steps)).toContainEqual(
      expect.objectContaining({ code: 'source/several-statements', path: 'steps[5].query' }),
    );
  });
});
