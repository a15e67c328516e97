import { expect, it } from 'vitest';
import { lackedColumns } from '../../../lambdas/core/evaluation/predict.ts';
import { compileExpression } from '../../../lambdas/core/expression/compile.ts';
import { parseExpression } from '../../../lambdas/core/expression/parse.ts';
import {
  brokenRows,
  fitExpression,
  parseRule,
  rowExpression,
  tableExpression,
} from '../../../lambdas/core/features/expressions.ts';
import type { FeatureSpec } from '../../../lambdas/core/features/spec.ts';
import type { Row } from '../../../lambdas/core/table/table.ts';
import { numbers, specOf, tableOf, texts } from './tables.ts';

const SPEC: FeatureSpec = specOf(
  { kind: 'numeric', name: 'n', column: 'amount' },
  { kind: 'boolean', name: 'b' },
  { kind: 'categorical', name: 'c', column: 'word' },
  { kind: 'lag', name: 'before', of: 'n', events: 1 },
);
const EXPRESSION = "b ? n : (c == 'x' ? before : -1.0)";
const fitted = fitExpression(
  { kind: 'expression', name: 'e', description: 'd', expression: EXPRESSION },
  SPEC,
);
const VALUES = [
  [5, true, 'x', 7],
  [5, false, 'x', 7],
  [5, false, 'y', 7],
  [5, null, 'x', 7],
  [5, false, null, 7],
  [null, true, 'x', 7],
] as const;
const EXPECTED = [5, 7, -1, Number.NaN, Number.NaN, Number.NaN];

it('gives an expression one value for a row and for a table', () => {
  const table = tableOf({
    amount: numbers(VALUES.map(([n]) => n)),
    b: numbers(VALUES.map(([, b]) => (b === null ? null : Number(b)))),
    word: texts(VALUES.map(([, , c]) => c)),
    before: numbers(VALUES.map(([, , , before]) => before)),
  });
  expect([...tableExpression(fitted, table)]).toEqual(EXPECTED);
  const compute = rowExpression(fitted);
  const rows = VALUES.map(([n, b, c, before]): Row => new Map(Object.entries({ n, b, c, before })));
  expect(rows.map(compute)).toEqual(EXPECTED);
  expect(lackedColumns({ schemaVersion: 1, version: 1, fields: [fitted] }, table)).toEqual([]);
  expect(
    lackedColumns({ schemaVersion: 1, version: 1, fields: [fitted] }, tableOf({ word: numbers([1]) })),
  ).toEqual(['b', 'amount', 'word', 'before']);
});

it('treats a value of another type as missing; the feature that has it refuses it', () => {
  const compute = rowExpression(fitted);
  expect(compute(new Map(Object.entries({ n: 'five', b: true, c: 'x', before: 7 })))).toBeNaN();
  expect(compute(new Map(Object.entries({ n: 5, b: 1, c: 'x', before: 7 })))).toBeNaN();
  expect(compute(new Map(Object.entries({ n: 5, b: false, c: 3, before: 7 })))).toBeNaN();
});

it('evaluates a rule as a boolean of the row itself', () => {
  const codeOf = (expression: string) => {
    try {
      return parseRule(expression, SPEC).kind;
    } catch (error) {
      return (error as { problems: { code: string }[] }).problems[0]?.code;
    }
  };
  expect(codeOf('before > 1.0')).toBe('expression/unknown-feature');
  expect(codeOf('n + 1')).toBe('expression/type');
  expect(codeOf('false || n > 0')).toBe('or');
  const table = tableOf({
    amount: numbers([1, -1, null]),
    b: numbers([1, 1, 1]),
    word: texts(['x', 'x', 'x']),
  });
  expect(brokenRows('n > 0', SPEC, table)).toEqual([1]);
});

it('treats a value beyond float32 as missing', () => {
  const big = fitExpression(
    { kind: 'expression', name: 'e', description: 'd', expression: 'n * 1e300' },
    SPEC,
  );
  expect(rowExpression(big)(new Map([['n', 1e5]]))).toBeNaN();
});

it('fails on a tree that no parser made', () => {
  const text = parseExpression("c == 'x'", new Map([['c', 'text']]));
  const forged = { kind: 'call', type: 'number', function: 'math.sqrt', args: [text] } as const;
  expect(() => compileExpression(forged, () => () => 1)).toThrow(TypeError);
});

it('refuses a call with missing arguments, and reports the given ones', () => {
  expect(() => parseExpression('size()', new Map())).toThrow(
    expect.objectContaining({
      problems: [expect.objectContaining({ code: 'expression/type', got: 'nothing' })],
    }),
  );
});
