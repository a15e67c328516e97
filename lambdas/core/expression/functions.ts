/**
 * Operators and functions of expressions: those of CEL (cel.dev, its `math` and `strings` extensions), with `math.ln`,
 * `math.log1p` and `math.exp` added. Every number is a double: CEL's integers would overflow.
 *
 * A missing value is NaN, also where a text or a boolean is missing. Results computed from it are missing, and so are
 * results that are not finite, such as a division by zero. `&&`, `||` and `?:` need only the operands that decide.
 * `has` tests whether a value is present.
 */

import { exp, ln, log1p } from '../numeric/math.ts';
import { categoryText } from '../table/values.ts';

export type ValueType = 'number' | 'boolean' | 'text';

/** A boolean is 1 or 0. */
export type Value = number | string;

interface FunctionDefinition {
  /** Types of the arguments; of a name with several definitions, the first that fits counts. */
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
  /** Gets what was declared, none of it missing. */
  readonly compute: (...args: readonly Value[]) => number;
}

type Numbers = (a: number, b: number) => number;
// The parser has checked the types that a definition takes.
const numbers = (count: 1 | 2, gives: ValueType, compute: Numbers): FunctionDefinition => ({
  takes: new Array<ValueType>(count).fill('number'),
  gives,
  compute: compute as FunctionDefinition['compute'],
});
const texts = (count: 1 | 2, gives: ValueType, compute: (a: string, b: string) => number | boolean) => ({
  takes: new Array<ValueType>(count).fill('text'),
  gives,
  compute: (a: Value, b: Value) => Number(compute(a as string, b as string)),
});
const same = (compute: (a: Value, b: Value) => boolean): FunctionDefinition[] =>
  (['number', 'text', 'boolean'] as const).map((type) => ({
    takes: [type, type],
    gives: 'boolean',
    compute: (a: Value, b: Value) => Number(compute(comparable(a), comparable(b))),
  })) as FunctionDefinition[];
/** As categories are compared: `3` is `3.0`, which a file may write and a request does not. */
export const comparable = (value: Value): Value => (typeof value === 'string' ? categoryText(value) : value);

/**
 * Half away from zero, as CEL's `math.round`. The fraction decides: `x - trunc(x)` is exact, while `x + 0.5` is
 * rounded itself, to 1 for the double below 0.5 and to the next even number for odd ones above 2^52.
 */
function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}
/** Unicode code points, as CEL's `size`. */
const codePoints = (text: string): number => [...text].length;

/** Every name with its definitions. */
export const EXPRESSION_FUNCTIONS = {
  '+': [numbers(2, 'number', (a, b) => a + b)],
  '-': [numbers(2, 'number', (a, b) => a - b)],
  '*': [numbers(2, 'number', (a, b) => a * b)],
  '/': [numbers(2, 'number', (a, b) => a / b)],
  '-_': [numbers(1, 'number', (a) => -a)],
  '!_': [{ takes: ['boolean'], gives: 'boolean', compute: (a: Value) => 1 - (a as number) }],
  '<': [numbers(2, 'boolean', (a, b) => Number(a < b))],
  '<=': [numbers(2, 'boolean', (a, b) => Number(a <= b))],
  '>': [numbers(2, 'boolean', (a, b) => Number(a > b))],
  '>=': [numbers(2, 'boolean', (a, b) => Number(a >= b))],
  '==': same((a, b) => a === b),
  '!=': same((a, b) => a !== b),
  'math.abs': [numbers(1, 'number', Math.abs)],
  'math.ceil': [numbers(1, 'number', Math.ceil)],
  'math.floor': [numbers(1, 'number', Math.floor)],
  'math.round': [numbers(1, 'number', round)],
  'math.sqrt': [numbers(1, 'number', Math.sqrt)],
  'math.least': [numbers(2, 'number', Math.min)],
  'math.greatest': [numbers(2, 'number', Math.max)],
  'math.ln': [numbers(1, 'number', ln)],
  'math.log1p': [numbers(1, 'number', log1p)],
  'math.exp': [numbers(1, 'number', exp)],
  size: [texts(1, 'number', codePoints)],
  startsWith: [texts(2, 'boolean', (text, part) => text.startsWith(part))],
  endsWith: [texts(2, 'boolean', (text, part) => text.endsWith(part))],
  contains: [texts(2, 'boolean', (text, part) => text.includes(part))],
} as const satisfies Readonly<Record<string, readonly FunctionDefinition[]>>;

export type ExpressionFunction = keyof typeof EXPRESSION_FUNCTIONS;

export const isFunction = (name: string): name is ExpressionFunction =>
  Object.hasOwn(EXPRESSION_FUNCTIONS, name);

/** The definition that takes arguments of these types, or undefined. */
export function definitionOf(
  name: ExpressionFunction,
  types: readonly ValueType[],
): FunctionDefinition | undefined {
  const definitions: readonly FunctionDefinition[] = EXPRESSION_FUNCTIONS[name];
  return definitions.find(
    ({ takes }) => takes.length === types.length && takes.every((type, i) => type === types[i]),
  );
}
