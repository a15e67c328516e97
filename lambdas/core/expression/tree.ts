/** A parsed expression, as plain JSON: a model's bundle keeps it, so that scoring needs no parser. */

import type { ExpressionFunction, ValueType } from './functions.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly type: ValueType; readonly value: number | string }
  /** A feature's raw value. */
  | { readonly kind: 'feature'; readonly type: ValueType; readonly name: string }
  | {
      readonly kind: 'call';
      readonly type: ValueType;
      readonly function: ExpressionFunction;
      readonly args: readonly Expression[];
    }
  | {
      readonly kind: 'and' | 'or';
      readonly type: 'boolean';
      readonly args: readonly [Expression, Expression];
    }
  | {
      readonly kind: 'choose';
      readonly type: ValueType;
      /** Condition, then, otherwise. */
      readonly args: readonly [Expression, Expression, Expression];
    }
  | { readonly kind: 'has'; readonly type: 'boolean'; readonly args: readonly [Expression] }
  | {
      readonly kind: 'in';
      readonly type: 'boolean';
      readonly args: readonly [Expression];
      readonly values: readonly (number | string)[];
    };

/** A feature that an expression reads. */
export interface ReadFeature {
  readonly name: string;
  readonly type: ValueType;
}

/** Features that an expression reads, each once, in order of appearance. */
export function featuresOf(tree: Expression): readonly ReadFeature[] {
  const found = new Map<string, ReadFeature>();
  const visit = (node: Expression): void => {
    if (node.kind === 'feature') found.set(node.name, { name: node.name, type: node.type });
    else if (node.kind !== 'literal') node.args.forEach(visit);
  };
  visit(tree);
  return [...found.values()];
}
