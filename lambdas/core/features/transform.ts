/** Turns raw values into the numbers that trees compare, with fitted features: a table at once, or one row. */

import { InvalidInput, type Problem } from '../errors.ts';
import { columnOf, numbersOf } from '../rows.ts';
import type { Row, Table } from '../table.ts';
import type { FeatureMatrix } from '../trees/matrix.ts';
import { categoryEncoder, encodeBoolean, encodeNumber, encodeTimestamp, MISSING, REFUSED } from './encode.ts';
import { type FittedCategorical, type FittedFeature, type FittedFeatures, outputNames } from './fitted.ts';

export interface Transformed {
  readonly matrix: FeatureMatrix;
  /** Rows that a feature refused, ascending; their values are those of a missing one. */
  readonly refused: readonly number[];
}

/** Transforms all rows of a table, which has the features' source columns. */
export function transformTable(fitted: FittedFeatures, table: Table): Transformed {
  const refused = new Set<number>();
  const columns = fitted.fields.flatMap((field) => transformColumn(field, table, refused));
  return {
    matrix: { rows: table.rows, names: outputNames(fitted), columns },
    refused: [...refused].sort((a, b) => a - b),
  };
}

function transformColumn(field: FittedFeature, table: Table, refused: Set<number>): Float32Array[] {
  if (field.kind !== 'categorical') {
    const encode = numberEncoder(field);
    return [Float32Array.from(numbersOf(table, field.column), encode)];
  }
  const column = columnOf(table, field.column);
  if (column.kind !== 'category') throw new TypeError(`column '${field.column}' holds numbers`);
  const encode = categoryEncoder(field);
  const recode = column.dictionary.map(encode);
  const missing = encode(undefined);
  const codes = Int32Array.from(column.codes, (code) => recode[code] ?? missing);
  codes.forEach((code, row) => {
    if (code === REFUSED) refused.add(row);
  });
  return Array.from({ length: width(field) }, (_, position) =>
    Float32Array.from(codes, (code) => categoryValue(field, code, position)),
  );
}

/** Compiles the transformation of one row, given by feature name; times are ms since 1970. */
export function rowTransformer(fitted: FittedFeatures): (row: Row) => Float32Array {
  const total = outputNames(fitted).length;
  let next = 0;
  const writers = fitted.fields.map((field) => {
    const at = next;
    next += width(field);
    return rowWriter(field, at);
  });
  return (row) => {
    const values = new Float32Array(total);
    const problems: Problem[] = [];
    for (const write of writers) write(row, values, problems);
    if (problems.length > 0) throw new InvalidInput('row', problems);
    return values;
  };
}

type RowWriter = (row: Row, values: Float32Array, problems: Problem[]) => void;

function rowWriter(field: FittedFeature, at: number): RowWriter {
  const { name } = field;
  if (field.kind !== 'categorical') {
    const encode = numberEncoder(field);
    return (row, values, problems) => {
      const value = row.get(name) ?? Number.NaN;
      if (typeof value === 'string') problems.push(wrongType(name, 'a number or a boolean'));
      else values[at] = encode(Number(value));
    };
  }
  const encode = categoryEncoder(field);
  const positions = width(field);
  return (row, values, problems) => {
    const value = row.get(name) ?? undefined;
    if (value !== undefined && typeof value !== 'string') {
      problems.push(wrongType(name, 'a text'));
      return;
    }
    const code = encode(value);
    if (code === REFUSED) problems.push(unseen(field));
    for (let position = 0; position < positions; position += 1)
      values[at + position] = categoryValue(field, code, position);
  };
}

function numberEncoder(field: Exclude<FittedFeature, FittedCategorical>): (value: number) => number {
  switch (field.kind) {
    case 'numeric':
      return (value) => encodeNumber(field, value);
    case 'boolean':
      return (value) => encodeBoolean(field, value);
    case 'timestamp':
      return (value) => encodeTimestamp(field, value);
  }
}

const width = (field: FittedFeature): number =>
  field.kind === 'categorical' && field.encoding === 'one-hot' ? field.categories.length : 1;

function categoryValue({ encoding }: FittedCategorical, code: number, position: number): number {
  if (code <= MISSING) return Number.NaN;
  if (encoding === 'ordinal') return code;
  return code === position ? 1 : 0;
}

// Values are never repeated: they may be personal.
const wrongType = (path: string, allowed: string): Problem => ({
  code: 'features/wrong-type',
  path,
  message: 'has the wrong type',
  allowed,
});

const unseen = ({ name, categories }: FittedCategorical): Problem => ({
  code: 'features/unseen-category',
  path: name,
  message: 'is a category that the model was not trained on',
  allowed: `one of the model's ${categories.length} categories`,
});
