import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../lambdas/core/expression/compile.ts';
import type { Value, ValueType } from '../../../lambdas/core/expression/functions.ts';
import { parseExpression } from '../../../lambdas/core/expression/parse.ts';

const TYPES: ReadonlyMap<string, ValueType> = new Map([
  ['a', 'number'],
  ['b', 'number'],
  ['yes', 'boolean'],
  ['job', 'text'],
]);

type Values = Readonly<Record<string, number | string | undefined>>;

/** The value of an expression; a feature that is not given is missing. */
const evaluate = (text: string, values: Values = {}): Value =>
  compileExpression<Values>(
    parseExpression(text, TYPES),
    ({ name }) =>
      (row) =>
        row[name] ?? Number.NaN,
  )(values);

const codeOf = (text: string): unknown => {
  try {
    return parseExpression(text, TYPES);
  } catch (error) {
    return (error as { problems?: { code: string }[] }).problems?.[0]?.code;
  }
};

// ECMAScript's toFixed(0) is exact: the integer nearest to the number, of two the larger (21.1.3.3), below 1e21.
it('rounds any double to the nearest integer, half away from zero, by math.round', () => {
  const odd = fc.integer({ min: 0, max: 2 ** 52 }).map((whole) => whole + 0.5);
  const nearHalf = fc
    .tuple(odd, fc.constantFrom(-1, 0, 1), fc.boolean())
    .map(([half, step, negative]) => (negative ? -1 : 1) * (half + step * Number.EPSILON * half));
  const any = fc.double({ min: -1e20, max: 1e20, noNaN: true });
  const known = fc.constantFrom(
    0.49999999999999994,
    -0.49999999999999994,
    2 ** 52 + 1,
    2 ** 53 - 1,
    0.5,
    1e20,
  );
  fc.assert(
    fc.property(fc.oneof(nearHalf, any, known), (a) => {
      const expected = Math.sign(a) * Number(Math.abs(a).toFixed(0));
      expect(Math.abs((evaluate('math.round(a)', { a }) as number) - expected)).toBe(0);
    }),
    { numRuns: 2000 },
  );
});

describe('an expression', () => {
  it.each<[string, Value]>([
    ['a + b * 2', 7],
    ['(a + b) / 2', 2],
    ['a - -b', 4],
    ['a / b', 1 / 3],
    ['a < b && b <= 3', 1],
    ['a == 1 || job == "x"', 1],
    ['!yes', 0],
    ['yes ? a : b', 1],
    ["job in ['clerk', 'cook'] ? 10 : 20", 10],
    ['a in [1, 2]', 1],
    ["job.startsWith('cl') && job.endsWith('k') && job.contains('er')", 1],
    ["job != 'cook'", 1],
    ['yes == true', 1],
    ['size(job)', 5],
    ["size('\u{1F600}')", 1], // code points
    ['math.round(-2.5)', -3], // half away from zero
    ['math.round(2.4)', 2],
    ['math.floor(-1.5) + math.ceil(1.2) + math.abs(-3)', 3],
    ['math.greatest(a, b) - math.least(a, b)', 2],
    ['math.sqrt(b + 1)', 2],
    ['math.ln(math.exp(1))', 1],
    ['math.log1p(0)', 0],
  ])('evaluates %s to %d', (text, expected) => {
    expect(evaluate(text, { a: 1, b: 3, yes: 1, job: 'clerk' })).toBe(expected);
  });

  it.each<[string, Value]>([
    ['a + 1', Number.NaN],
    ['a < 1', Number.NaN],
    ['a == a', Number.NaN],
    ['!yes', Number.NaN],
    ["job == 'x'", Number.NaN],
    ["job in ['x']", Number.NaN],
    ['b / 0', Number.NaN],
    ['math.ln(0)', Number.NaN],
    ['math.exp(1000)', Number.NaN],
    ['has(a)', 0],
    ['has(b)', 1],
    ['has(b / 0)', 0],
    ['has(a) ? a : -1', -1],
    ['yes ? 1 : 2', Number.NaN],
    ['b > 1 ? b : a', 3],
    // What decides is enough, on either side.
    ['yes && b < 0', 0],
    ['b < 0 && yes', 0],
    ['yes || b > 0', 1],
    ['b > 0 || yes', 1],
    ['yes && b > 0', Number.NaN],
    ['b < 0 || yes', Number.NaN],
  ])('evaluates %s to %d where a, yes and job are missing', (text, expected) => {
    expect(evaluate(text, { b: 3 })).toBe(expected);
  });

  it.each([
    ['a +', 'expression/syntax'],
    ['', 'expression/syntax'],
    ["'unclosed", 'expression/syntax'],
    [`${'('.repeat(100)}a${')'.repeat(100)}`, 'expression/syntax'],
    ['c + 1', 'expression/unknown-feature'],
    ['constructor', 'expression/unknown-feature'],
    ['__proto__ == 1', 'expression/syntax'],
    ['a + job', 'expression/type'],
    ['a == job', 'expression/type'],
    ['a && yes', 'expression/type'],
    ['yes ? a : job', 'expression/type'],
    ['a ? 1 : 2', 'expression/type'],
    ['a in ["x"]', 'expression/type'],
    ['math.sqrt(a, b)', 'expression/type'],
    ['-job', 'expression/type'],
    ['a in [b]', 'expression/not-allowed'],
    ['a in job', 'expression/not-allowed'],
    ['[1, 2]', 'expression/not-allowed'],
    ['{"a": 1}', 'expression/not-allowed'],
    ['a.b', 'expression/not-allowed'],
    ['job[0]', 'expression/not-allowed'],
    ['a % 2', 'expression/not-allowed'],
    ['null', 'expression/not-allowed'],
    ['1u', 'expression/not-allowed'],
    ['b"x"', 'expression/not-allowed'],
    ["job.matches('(a+)+')", 'expression/not-allowed'],
    ['[1].all(x, x > 0)', 'expression/not-allowed'],
    ['timestamp(job)', 'expression/not-allowed'],
    ['math.toString(a)', 'expression/not-allowed'],
    ['toString(a)', 'expression/not-allowed'],
    ['has(a, b)', 'expression/not-allowed'],
  ])('refuses %s as %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('reports the text, its place and what is allowed', () => {
    expect(() => parseExpression('a + size(a % 2)', TYPES)).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'expression/not-allowed',
            got: "'a % 2'",
            allowed: expect.stringContaining('math.sqrt'),
          }),
        ],
      }),
    );
  });

  it('gives the results of the CEL library itself, on doubles', () => {
    const number: fc.Arbitrary<string> = fc.letrec<{ n: string; b: string }>((tie) => ({
      n: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('a', 'b', '1.5', '0.0', '-3.25'),
        fc
          .tuple(tie('n'), fc.constantFrom('+', '-', '*', '/'), tie('n'))
          .map(([x, op, y]) => `(${x} ${op} ${y})`),
        fc.tuple(tie('b'), tie('n'), tie('n')).map(([c, x, y]) => `(${c} ? ${x} : ${y})`),
      ),
      b: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('yes', 'true', "(job == 'clerk')", "(job in ['x', 'clerk'])", "job.contains('e')"),
        fc
          .tuple(tie('n'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('n'))
          .map(([x, op, y]) => `(${x} ${op} ${y})`),
        fc.tuple(tie('b'), fc.constantFrom('&&', '||'), tie('b')).map(([x, op, y]) => `(${x} ${op} ${y})`),
        tie('b').map((x) => `!${x}`),
      ),
    })).n;
    const environment = new Environment()
      .registerVariable('a', 'double')
      .registerVariable('b', 'double')
      .registerVariable('yes', 'bool')
      .registerVariable('job', 'string');
    let compared = 0;
    const real = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(number, real, real, fc.boolean(), (text, a, b, yes) => {
        const theirs = environment.evaluate(text, { a, b, yes, job: 'clerk' }) as number;
        const ours = evaluate(text, { a, b, yes: Number(yes), job: 'clerk' });
        // Ours counts what is not finite, anywhere inside, as missing.
        if (!Number.isFinite(ours)) return;
        compared += 1;
        expect(ours).toBe(theirs);
      }),
      { numRuns: 2_000, seed: 3 },
    );
    expect(compared).toBeGreaterThan(1_000);
  });
});
