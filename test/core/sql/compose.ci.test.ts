import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { checkQuery, type QueryStep } from '../../../lambdas/core/sql/check-steps.ts';
import { compose } from '../../../lambdas/core/sql/compose.ts';

const opened = PGlite.create();
afterAll(async () => (await opened).close());
const rowsOf = async (steps: QueryStep[]) => (await (await opened).query(compose(steps))).rows;

describe('composed query steps', () => {
  it('keeps a single query as it is', () => {
    expect(compose([{ name: 'a', query: 'select 1' }])).toBe('select 1');
  });

  it('lets steps name earlier steps, end in a comment and have CTEs of their own', async () => {
    const rows = await rowsOf([
      { name: 'numbers', query: 'select g as n from generate_series(1, 5) g -- all' },
      {
        name: 'order',
        query: 'with even as (select n from numbers where n % 2 = 0) select * from even /* a */',
      },
      {
        name: 'table',
        query: 'with s as (select sum(n)::int as total from "order") select * from s -- one row',
      },
    ]);
    expect(rows).toEqual([{ total: 6 }]);
  });

  it('keeps the order of the last step', async () => {
    const rows = await rowsOf([
      { name: 'numbers', query: 'select g as n from generate_series(1, 3) g' },
      { name: 'last', query: 'select n from numbers order by n desc limit 2' },
    ]);
    expect(rows).toEqual([{ n: 3 }, { n: 2 }]);
  });

  it('lets a step read a table of its own name', async () => {
    await (await opened).exec('create table if not exists orders as select 7 as id');
    const rows = await rowsOf([
      { name: 'orders', query: 'select id + 1 as id from orders' },
      { name: 'last', query: 'select id from orders' },
    ]);
    expect(rows).toEqual([{ id: 8 }]);
  });

  it('refuses steps with every problem', () => {
    expect(() => compose([])).toThrow(InvalidInput);
    const steps = [
      { name: 'a', query: 'select 1;' },
      { name: 'b', query: 'drop table t' },
    ];
    expect(() => compose(steps)).toThrow(/steps\[0\]\.query.*steps\[1\]\.query: must begin with SELECT/);
  });
});

describe("composed queries against PostgreSQL's own parser", () => {
  /** The extended protocol takes one statement; its parser says when there are more. */
  const statements = async (sql: string) => {
    try {
      await (await opened).query(sql);
      return 'one';
    } catch (error) {
      return String(error).includes('cannot insert multiple commands') ? 'several' : String(error);
    }
  };

  it.each([
    "select 'it''s;' as a",
    "select 'a\\' as a, ';' as b",
    "select E'a\\';' as a",
    "select e'a' -- c\n -- d\n 'b\\'; x' as a",
    'select u&\'\\0061;\' as a, U&"d;".x from (select 1 as x) as "d;"',
    "select $$it's;$$ as a, $a$ $b$;$b$ $$ $a$ as b",
    'select 1 as a$b$, 2 as größe -- ;',
    'select 1 /* ; /* */ ; */ as a',
    'select 1 +-- ;\n 1 as a',
  ])('reads one statement, as the check does: %s', async (sql) => {
    expect(await statements(sql)).toBe('one');
    expect(checkQuery(sql, 'q')).toEqual([]);
  });

  it.each([
    "select 'a\\'; select ' '",
    "select 'a'\n'b\\'; select ' '",
    'select 1 as a$b$; select 2 as c$b$',
    'select 1 /* /* */ */; select 2 /* */',
    'select $a$ $a$; select $b$ $a$ $b$',
    'select 1 -- /*\n; select 2 -- */',
  ])('reads several statements, as the check does: %s', async (sql) => {
    expect(await statements(sql)).toBe('several');
    expect(checkQuery(sql, 'q').map(({ code }) => code)).toEqual(['source/several-statements']);
  });
});
