/** Turns raw values into the numbers that a model takes: a table at once, or one row. */

import { parseTimestampText } from '../csv/timestamp.ts';
import { InvalidInput, type Problem } from '../errors.ts';
import type { Row, RowValue, Table } from '../table.ts';
import type { FeatureMatrix } from '../trees/matrix.ts';
import { columnOfKind } from './columns.ts';
import { categoryEncoder, categoryValue, numberEncoder, REFUSED } from './encode.ts';
import {
  type FittedCategorical,
  type FittedFeature,
  type FittedFeatures,
  outputCount,
  outputNames,
} from './fitted.ts';

export interface Transformed {
  readonly matrix: FeatureMatrix;
  /** Rows that a feature refused, ascending; the refused values are missing in the matrix. */
  readonly refused: readonly number[];
}

/**
 * Transforms all rows of a table. A row is refused for a category that its feature refuses, or for a number that
 * is infinite as float32.
 *
 * @throws RuntimeFailure `features/missing-column`, `features/wrong-type`
 */
export function transformTable(fitted: FittedFeatures, table: Table): Transformed {
  const refused = new Set<number>();
  const columns = fitted.fields.flatMap((field) =>
    field.kind === 'categorical'
      ? categoryColumns(field, table, refused)
      : [numberColumn(field, table, refused)],
  );
  return {
    matrix: { rows: table.rows, names: outputNames(fitted), columns },
    refused: [...refused].sort((a, b) => a - b),
  };
}

type NumberField = Exclude<FittedFeature, FittedCategorical>;

function numberColumn(field: NumberField, table: Table, refused: Set<number>): Float32Array {
  const encode = numberEncoder(field);
  return Float32Array.from(columnOfKind(table, field.column, 'numeric').values, (value, row) => {
    const encoded = encode(value);
    if (!isInfinite(encoded)) return encoded;
    refused.add(row);
    return Number.NaN;
  });
}

function categoryColumns(field: FittedCategorical, table: Table, refused: Set<number>): Float32Array[] {
  const { codes, dictionary } = columnOfKind(table, field.column, 'category');
  const encode = categoryEncoder(field);
  const recode = dictionary.map(encode);
  const missing = encode(undefined);
  const encoded = codes.map((code) => recode[code] ?? missing);
  encoded.forEach((code, row) => {
    if (code === REFUSED) refused.add(row);
  });
  return Array.from({ length: outputCount(field) }, (_, position) =>
    Float32Array.from(encoded, (code) => categoryValue(field, code, position)),
  );
}

/**
 * Compiles the transformation of one row, bit by bit the same as that of a table.
 *
 * The row's fields have the features' names; null and absent mean missing, others are ignored. A number is
 * given as a number, a category as a string, a boolean as a boolean (or 0 or 1, as a table has it), a timestamp
 * as ISO 8601 text or as ms since 1970.
 *
 * @returns a function that throws InvalidInput with every problem of a row: `features/wrong-type`,
 *   `features/not-finite`, `features/not-a-timestamp`, `features/unseen-category`. None repeats a value: it may be
 *   personal.
 */
export function rowTransformer(fitted: FittedFeatures): (row: Row) => Float32Array {
  let total = 0;
  const writers = fitted.fields.map((field) => {
    const at = total;
    total += outputCount(field);
    return field.kind === 'categorical' ? categoryWriter(field, at) : numberWriter(field, at);
  });
  return (row) => {
    const values = new Float32Array(total);
    const problems: Problem[] = [];
    for (const write of writers) {
      const problem = write(row, values);
      if (problem !== undefined) problems.push(problem);
    }
    if (problems.length > 0) throw new InvalidInput('row', problems);
    return values;
  };
}

type RowWriter = (row: Row, values: Float32Array) => Problem | undefined;

function categoryWriter(field: FittedCategorical, at: number): RowWriter {
  const encode = categoryEncoder(field);
  const positions = outputCount(field);
  return (row, values) => {
    const text = row.get(field.name) ?? undefined;
    if (text !== undefined && typeof text !== 'string') return wrongType(field, 'a text');
    const code = encode(text);
    if (code === REFUSED) return unseen(field);
    for (let position = 0; position < positions; position++) {
      values[at + position] = categoryValue(field, code, position);
    }
    return undefined;
  };
}

function numberWriter(field: NumberField, at: number): RowWriter {
  const encode = numberEncoder(field);
  const { type, read } = READERS[field.kind];
  return (row, values) => {
    const value = row.get(field.name) ?? null;
    const number = value === null ? Number.NaN : read(value);
    if (number === undefined) return wrongType(field, type);
    if (value !== null && Number.isNaN(number)) return notAValue(field, type);
    const encoded = encode(number);
    values[at] = encoded;
    return isInfinite(encoded) ? notAValue(field, type) : undefined;
  };
}

/** The number that a value stands for: NaN when it is no valid one, undefined when its type is wrong. */
interface ValueReader {
  readonly type: string;
  readonly read: (value: RowValue) => number | undefined;
}

const READERS: Readonly<Record<NumberField['kind'], ValueReader>> = {
  numeric: { type: 'a number', read: (value) => (typeof value === 'number' ? value : undefined) },
  boolean: {
    type: 'true or false',
    read: (value) => (typeof value === 'boolean' || value === 0 || value === 1 ? Number(value) : undefined),
  },
  timestamp: {
    type: 'a time in ISO 8601',
    read(value) {
      if (typeof value === 'string') return parseTimestampText(value);
      return typeof value === 'number' ? value : undefined;
    },
  },
};

const isInfinite = (value: number): boolean => Math.abs(value) === Number.POSITIVE_INFINITY;

const wrongType = ({ name }: FittedFeature, allowed: string): Problem => ({
  code: 'features/wrong-type',
  path: name,
  message: 'has the wrong type',
  allowed,
});

const notAValue = ({ name, kind }: FittedFeature, allowed: string): Problem =>
  kind === 'timestamp'
    ? { code: 'features/not-a-timestamp', path: name, message: 'is not a timestamp', allowed }
    : { code: 'features/not-finite', path: name, message: 'is not finite as float32', allowed };

const unseen = ({ name, categories }: FittedCategorical): Problem => ({
  code: 'features/unseen-category',
  path: name,
  message: 'is a category that the model was not trained on',
  allowed: `one of the model's ${categories.length} categories`,
});
