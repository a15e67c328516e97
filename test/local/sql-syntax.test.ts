import { describe, expect, it } from 'vitest';
import { syntaxProblems } from '../../lambdas/local/sql-syntax.ts';

/** The right answers are PostgreSQL's own: its appendix C lists the reserved words, 42601 is its code of a syntax error. */
describe('the syntax of steps', () => {
  it('is judged by PostgreSQL for every step at once, without the tables that they read', async () => {
    const problems = await syntaxProblems([
      { query: 'SELECT a FROM nowhere' },
      { query: 'SELECT id, left FROM customers' },
      { query: 'SELECT id, order\nFROM customers' },
      { query: "SELECT f(a)::no_such_type FROM x WHERE a = current_setting('mlops.from')" },
      { query: 'SELECT a, FROM x' },
      { query: "SELECT '😀',\n group FROM x" },
    ]);
    expect(problems.map(({ path, message, fix }) => [path, message.replace(/.*: /, ''), fix])).toEqual([
      ['source.steps[1].query', 'syntax error at or near "FROM" in line 1', quoted('left')],
      ['source.steps[2].query', 'syntax error at or near "order" in line 1', quoted('order')],
      ['source.steps[4].query', 'syntax error at or near "FROM" in line 1', undefined],
      ['source.steps[5].query', 'syntax error at or near "group" in line 2', quoted('group')],
    ]);
  });

  it('is not of interest where it is right: comments, WITH, quoted names, dollar quotes', async () => {
    const queries = [
      'SELECT 1 -- one',
      'WITH a AS (SELECT 1) SELECT * FROM a',
      'SELECT "left", $$it\'s$$ FROM t',
    ];
    expect(await syntaxProblems(queries.map((query) => ({ query })))).toEqual([]);
  });
});

const quoted = (word: string) =>
  `'${word}' is a reserved word; where it names a column, write "${word}" in double quotes`;
