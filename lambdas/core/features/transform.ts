/** Turns raw values into the numbers that trees compare, with fitted features: a table at once, or one row. */

import { InvalidInput, type Problem } from '../errors.ts';
import { numbersOf } from '../table/rows.ts';
import type { Row, Table } from '../table/table.ts';
import type { FeatureMatrix } from '../trees/matrix.ts';
import { categoriesOf } from './columns.ts';
import { categoryEncoder, categoryValue, numberEncoder, REFUSED, widthOf } from './encode.ts';
import { rowExpression, tableExpression } from './expressions.ts';
import {
  type FittedCategorical,
  type FittedColumn,
  type FittedExpression,
  type FittedFeatures,
  outputNames,
} from './fitted.ts';

export interface Transformed {
  readonly matrix: FeatureMatrix;
  /** Rows that a feature refused, ascending; their values are those of a missing one. */
  readonly refused: readonly number[];
}

/**
 * Transforms all rows of a table, which has the features' source columns. Refused are rows with a category that
 * was not seen, where the feature says so, and with a number that is not finite as float32.
 */
export function transformTable(fitted: FittedFeatures, table: Table): Transformed {
  const refused = new Set<number>();
  const columns = fitted.fields.flatMap((field) => {
    if (field.kind === 'categorical') return categoryColumns(field, table, refused);
    return [
      field.kind === 'expression' ? tableExpression(field, table) : numberColumn(field, table, refused),
    ];
  });
  return {
    matrix: { rows: table.rows, names: outputNames(fitted), columns },
    refused: [...refused].sort((a, b) => a - b),
  };
}

type NumberField = Exclude<FittedColumn, FittedCategorical>;

function numberColumn(field: NumberField, table: Table, refused: Set<number>): Float32Array {
  const values = numbersOf(table, field.column);
  const encode = numberEncoder(field);
  const encoded = new Float32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const number = encode(values[row] as number); // inside
    if (isInfinite(number)) refused.add(row);
    encoded[row] = isInfinite(number) ? Number.NaN : number;
  }
  return encoded;
}

function categoryColumns(field: FittedCategorical, table: Table, refused: Set<number>): Float32Array[] {
  const encoded = codesOfRows(field, table);
  for (let row = encoded.indexOf(REFUSED); row >= 0; row = encoded.indexOf(REFUSED, row + 1))
    refused.add(row);
  return Array.from({ length: widthOf(field) }, (_, position) => {
    const column = new Float32Array(encoded.length);
    for (let row = 0; row < encoded.length; row++)
      column[row] = categoryValue(field, encoded[row] as number, position); // inside
    return column;
  });
}

/** The code of the category in each row, `MISSING` or `REFUSED`. */
export function codesOfRows(field: FittedCategorical, table: Table): Int32Array {
  const { codes, dictionary } = categoriesOf(table, field.column);
  const encode = categoryEncoder(field);
  const missing = encode(undefined);
  const recode = Int32Array.from(dictionary, encode);
  return codes.map((code) => recode[code] ?? missing);
}

/**
 * Compiles the transformation of one row, given by feature name: a number, a boolean, a text, or ms since 1970;
 * null or absent where missing. Fields that are not a feature are ignored.
 *
 * The compiled function throws InvalidInput with every problem of a row, but without its values:
 * `features/wrong-type`, `features/not-finite`, `features/unseen-category`.
 */
export function rowTransformer(fitted: FittedFeatures): (row: Row) => Float32Array {
  let width = 0;
  const writers = fitted.fields.map((field) => {
    const at = width;
    width += field.kind === 'categorical' ? widthOf(field) : 1;
    if (field.kind === 'expression') return expressionWriter(field, at);
    return field.kind === 'categorical' ? categoryWriter(field, at) : numberWriter(field, at);
  });
  return (row) => {
    const values = new Float32Array(width);
    const problems: Problem[] = [];
    for (const write of writers) {
      const problem = write(row, values);
      if (problem !== undefined) problems.push(problem);
    }
    if (problems.length > 0) throw new InvalidInput('row', problems);
    return values;
  };
}

/** Writes one feature's numbers, or says why not. */
type RowWriter = (row: Row, values: Float32Array) => Problem | undefined;

function numberWriter(field: NumberField, at: number): RowWriter {
  const { name } = field;
  const type = field.kind === 'boolean' ? 'boolean' : 'number';
  const encode = numberEncoder(field);
  return (row, values) => {
    const value = row.get(name) ?? null;
    if (value !== null && typeof value !== type) return wrongType(name, `a ${type}`);
    const number = encode(value === null ? Number.NaN : Number(value));
    values[at] = number;
    return isInfinite(number) ? notFinite(name) : undefined;
  };
}

function categoryWriter(field: FittedCategorical, at: number): RowWriter {
  const { name } = field;
  const encode = categoryEncoder(field);
  const width = widthOf(field);
  return (row, values) => {
    const value = row.get(name) ?? undefined;
    if (value !== undefined && typeof value !== 'string') return wrongType(name, 'a text');
    const code = encode(value);
    for (let position = 0; position < width; position++)
      values[at + position] = categoryValue(field, code, position);
    return code === REFUSED ? unseen(field) : undefined;
  };
}

function expressionWriter(field: FittedExpression, at: number): RowWriter {
  const compute = rowExpression(field);
  return (row, values) => {
    values[at] = compute(row);
    return undefined;
  };
}

const isInfinite = (value: number): boolean => Math.abs(value) === Number.POSITIVE_INFINITY;

// Values are never repeated: they may be personal.
const wrongType = (path: string, allowed: string): Problem => ({
  code: 'features/wrong-type',
  path,
  message: 'has the wrong type',
  allowed,
});

const notFinite = (path: string): Problem => ({
  code: 'features/not-finite',
  path,
  message: 'is too large a number',
  allowed: 'a finite number in the range of float32',
});

const unseen = ({ name, categories }: FittedCategorical): Problem => ({
  code: 'features/unseen-category',
  path: name,
  message: 'is a category that the model was not trained on',
  allowed: `one of the model's ${categories.length} categories`,
});
