import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import type { SourceStep } from '../../../lambdas/core/sql/check-steps.ts';
import { compose } from '../../../lambdas/core/sql/compose.ts';

const opened = PGlite.create();
afterAll(async () => (await opened).close());
const rowsOf = async (steps: SourceStep[]) => (await (await opened).query(compose(steps))).rows;

describe('composed steps', () => {
  it('are the query itself when there is one', () => {
    expect(compose([{ name: 'a', query: 'select 1' }])).toBe('select 1');
  });

  it('may name earlier steps, end in a comment and have CTEs of their own', async () => {
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

  it('keep the order of the last step', async () => {
    const rows = await rowsOf([
      { name: 'numbers', query: 'select g as n from generate_series(1, 3) g' },
      { name: 'last', query: 'select n from numbers order by n desc limit 2' },
    ]);
    expect(rows).toEqual([{ n: 3 }, { n: 2 }]);
  });

  it('see a table of the same name as the step', async () => {
    await (await opened).exec('create table if not exists orders as select 7 as id');
    const rows = await rowsOf([
      { name: 'orders', query: 'select id + 1 as id from orders' },
      { name: 'last', query: 'select id from orders' },
    ]);
    expect(rows).toEqual([{ id: 8 }]);
  });

  it('are refused with every problem', () => {
    expect(() => compose([])).toThrow(InvalidInput);
    const steps = [
      { name: 'a', query: 'select 1;' },
      { name: 'b', query: 'drop table t' },
    ];
    expect(() => compose(steps)).toThrow(/steps\[0\]\.query.*steps\[1\]\.query: must begin with SELECT/);
  });
});
