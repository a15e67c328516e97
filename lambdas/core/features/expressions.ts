/** Expressions over the raw values of features: as features of their own, and as rules that rows must satisfy. */

import { InvalidInput } from '../errors.ts';
import { compileExpression } from '../expression/compile.ts';
import type { Value, ValueType } from '../expression/functions.ts';
import { type KnownFeatures, parseExpression } from '../expression/parse.ts';
import { type Expression, featuresOf, type ReadFeature } from '../expression/tree.ts';
import { numbersOf, textsOf } from '../table/rows.ts';
import type { Row, RowValue, Table } from '../table/table.ts';
import type { FittedExpression } from './fitted.ts';
import { columnNameOf, type ExpressionFeature, type Feature, type FeatureSpec } from './spec.ts';

const TYPES: Readonly<Partial<Record<Feature['kind'], ValueType>>> = {
  numeric: 'number',
  lag: 'number',
  rolling: 'number',
  boolean: 'boolean',
  categorical: 'text',
};

/** Returns the names for an expression: features with a raw value. A rule may not read lags or rolling windows. */
export function knownFeatures({ fields }: FeatureSpec, use: 'feature' | 'rule'): KnownFeatures {
  return new Map(
    fields.flatMap(({ name, kind }) => {
      const type = use === 'rule' && (kind === 'lag' || kind === 'rolling') ? undefined : TYPES[kind];
      return type === undefined ? [] : [[name, type] as const];
    }),
  );
}

/**
 * Parses the expression of a feature.
 *
 * @throws InvalidInput with the codes of `parseExpression`; `expression/type` also where it gives a text
 */
export function fitExpression({ name, expression }: ExpressionFeature, spec: FeatureSpec): FittedExpression {
  const tree = parseExpression(expression, knownFeatures(spec, 'feature'));
  if (tree.type === 'text') throw wrongResult('a number or a boolean', tree.type);
  return { kind: 'expression', name, tree, reads: readsOf(tree, spec) };
}

/**
 * Parses a rule for rows.
 *
 * @throws InvalidInput as above; `expression/type` where it gives anything but a boolean
 */
export function parseRule(expression: string, spec: FeatureSpec): Expression {
  const tree = parseExpression(expression, knownFeatures(spec, 'rule'));
  if (tree.type !== 'boolean') throw wrongResult('a boolean', tree.type);
  return tree;
}

function readsOf(tree: Expression, { fields }: FeatureSpec): FittedExpression['reads'] {
  return featuresOf(tree).map((read) => {
    const feature = fields.find(({ name }) => name === read.name) as Feature; // the parser knows the features only
    return { ...read, column: columnNameOf(feature) };
  });
}

/** Values of an expression for all rows, float32; NaN where missing. */
export function tableExpression(
  { tree, reads }: Pick<FittedExpression, 'tree' | 'reads'>,
  table: Table,
): Float32Array {
  const columns = new Map(reads.map(({ name, column }) => [name, column]));
  // `reads` names everything that the tree reads.
  const value = compileExpression<number>(tree, ({ name, type }) =>
    columnReader(table, columns.get(name) as string, type),
  );
  return Float32Array.from({ length: table.rows }, (_, row) => toFloat32(value(row)));
}

function columnReader(table: Table, column: string, type: ValueType): (row: number) => Value {
  if (type === 'text') {
    const text = textsOf(table, column);
    return (row) => text(row) ?? Number.NaN;
  }
  const values = numbersOf(table, column);
  return (row) => values[row] as number; // the caller's rows are inside
}

/** Compiles an expression for rows by feature name. A value of another type is missing: its own feature rejects it. */
export function rowExpression({ tree }: Pick<FittedExpression, 'tree'>): (row: Row) => number {
  const value = compileExpression<Row>(tree, rowReader);
  return (row) => toFloat32(value(row));
}

function rowReader({ name, type }: ReadFeature): (row: Row) => Value {
  const read: (value: RowValue) => Value | undefined =
    type === 'text'
      ? (value) => (typeof value === 'string' ? value : undefined)
      : type === 'boolean'
        ? (value) => (typeof value === 'boolean' ? Number(value) : undefined)
        : (value) => (typeof value === 'number' ? value : undefined);
  return (row) => read(row.get(name) ?? null) ?? Number.NaN;
}

/** Beyond float32 nothing can be compared: missing, as every other result that is not finite. */
function toFloat32(value: Value): number {
  const number = Math.fround(value as number); // features are numbers and booleans, `fitExpression` has checked
  return Number.isFinite(number) ? number : Number.NaN;
}

/** Returns the rows that break a rule. A row without a result, because a value is missing, breaks none. */
export function brokenRows(expression: string, spec: FeatureSpec, table: Table): readonly number[] {
  const tree = parseRule(expression, spec);
  const broken: number[] = [];
  tableExpression({ tree, reads: readsOf(tree, spec) }, table).forEach((holds, row) => {
    if (holds === 0) broken.push(row);
  });
  return broken;
}

const wrongResult = (allowed: string, got: ValueType): InvalidInput =>
  new InvalidInput('expression', [
    { code: 'expression/type', path: '', message: 'gives a value of the wrong type', got, allowed },
  ]);
