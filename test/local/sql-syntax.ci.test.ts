import { describe, expect, it } from 'vitest';
import { syntaxProblems } from '../../lambdas/local/sql-syntax.ts';

/** PostgreSQL's own answers: its appendix C lists the reserved words, 42601 is its code of a syntax error. */
const STEPS: readonly (readonly [query: string, problem?: string, reserved?: string])[] = [
  ['SELECT a FROM nowhere'],
  ['SELECT id, left FROM customers', 'syntax error at or near "FROM" in line 1', 'left'],
  ['SELECT id, order\nFROM customers', 'syntax error at or near "order" in line 1', 'order'],
  ["SELECT f(a)::no_such_type FROM x WHERE a = current_setting('mlops.from')"],
  ['SELECT a, FROM x', 'syntax error at or near "FROM" in line 1'],
  ["SELECT '😀',\n group FROM x", 'syntax error at or near "group" in line 2', 'group'],
  ['SELECT 1 -- one'],
  ['WITH a AS (SELECT 1) SELECT * FROM a'],
  ['SELECT "left", $$it\'s$$ FROM t'],
];

describe('the SQL syntax of steps', () => {
  it('is checked by PostgreSQL for every step at once, without the tables that they read', async () => {
    const problems = await syntaxProblems(STEPS.map(([query]) => ({ query })));
    const expected = STEPS.flatMap(([, problem, word], index) =>
      problem === undefined ? [] : [[`source.steps[${index}].query`, problem, word && quoted(word)]],
    );
    expect(problems.map(({ path, message, fix }) => [path, message.replace(/.*: /, ''), fix])).toEqual(
      expected,
    );
  });
});

const quoted = (word: string) =>
  `'${word}' is a reserved word; where it names a column, write "${word}" in double quotes`;
