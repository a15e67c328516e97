/** Makes a function of an expression: the same one for a row of a request and for a row of a table. */

import { comparable, definitionOf, type Value } from './functions.ts';
import type { Expression, ReadFeature } from './tree.ts';

/** Reads one feature of a row: a number, 1 or 0, a text; NaN where it is missing. */
export type FeatureReader<R> = (feature: ReadFeature) => (row: R) => Value;

/**
 * Compiles an expression into closures, once.
 *
 * @returns a function of a row: the value, a boolean as 1 or 0, NaN where it is missing or not finite
 */
export function compileExpression<R>(tree: Expression, readerOf: FeatureReader<R>): (row: R) => Value {
  const compile = (node: Expression): ((row: R) => Value) => {
    switch (node.kind) {
      case 'literal':
        return () => node.value;
      case 'feature':
        return readerOf(node);
      case 'has': {
        const [value] = node.args.map(compile) as [Reader<R>];
        return (row) => Number(!isMissing(value(row)));
      }
      case 'in': {
        const [value] = node.args.map(compile) as [Reader<R>];
        const values = new Set<Value>(node.values.map(comparable));
        return (row) => {
          const one = value(row);
          return isMissing(one) ? one : Number(values.has(comparable(one)));
        };
      }
      case 'and':
      case 'or':
        return decides(node.args.map(compile) as [Reader<R>, Reader<R>], node.kind === 'and' ? 0 : 1);
      case 'choose': {
        const [condition, then, otherwise] = node.args.map(compile) as [Reader<R>, Reader<R>, Reader<R>];
        return (row) => {
          const holds = condition(row);
          return isMissing(holds) ? holds : holds === 1 ? then(row) : otherwise(row);
        };
      }
      case 'call':
        return call(node, node.args.map(compile));
    }
  };
  return compile(tree);
}

type Reader<R> = (row: R) => Value;

/** Only a missing value is not itself. */
const isMissing = (value: Value): boolean => Number.isNaN(value);

/** One side that is `deciding` is enough, whatever the other is; as in CEL, in any order. */
function decides<R>([left, right]: readonly [Reader<R>, Reader<R>], deciding: 0 | 1): Reader<R> {
  return (row) => {
    const first = left(row);
    if (first === deciding) return deciding;
    const second = right(row);
    if (second === deciding) return deciding;
    return isMissing(first) ? first : second;
  };
}

function call<R>(node: Extract<Expression, { kind: 'call' }>, args: readonly Reader<R>[]): Reader<R> {
  const types = node.args.map(({ type }) => type);
  const definition = definitionOf(node.function, types);
  if (definition === undefined) throw new TypeError(`no '${node.function}' of ${types.join(', ')}`);
  const { compute } = definition;
  const [a, b] = args as [Reader<R>, Reader<R>];
  const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
  if (args.length === 1)
    return (row) => {
      const one = a(row);
      return isMissing(one) ? one : finite(compute(one));
    };
  return (row) => {
    const [one, other] = [a(row), b(row)];
    return isMissing(one) ? one : isMissing(other) ? other : finite(compute(one, other));
  };
}
