/** Tests of the data before it is used: what every row of a column must satisfy, and what the column must as a whole. */

import type { ErrorCode } from '../error-codes/index.ts';
import type { Problem } from '../errors.ts';
import { columnOf } from '../table/rows.ts';
import type { CategoryColumn, Column, Table } from '../table/table.ts';
import { categoryFinder, MAX_NUMBER } from '../table/values.ts';
import { columnFeatures } from './columns.ts';
import { brokenRows } from './expressions.ts';
import { type Moments, momentsOf, usableValues } from './moments.ts';
import type { Expectations, FeatureSpec } from './spec.ts';

/** A row that fails; the first reason counts. The value is not repeated: it may be personal. */
export interface FailedRow {
  readonly row: number;
  readonly code: ErrorCode;
  /** Undefined where a rule about several columns is broken. */
  readonly column: string | undefined;
}

export interface DataTest {
  /** In ascending order, each row once. */
  readonly badRows: readonly FailedRow[];
  /** Problems of a whole column; they stop the run. */
  readonly problems: readonly Problem[];
}

/** Mean and deviation of columns in the training rows, by column name. */
export type ReferenceMoments = ReadonlyMap<string, Moments>;

/**
 * Tests a table against the features' expectations. A missing value is within every range, allowed and unique;
 * how many may be missing is `maxMissingShare`. Among equal values in a `unique` column the first row is good.
 *
 * Codes of rows: `features/not-finite` of a number beyond float32, `expect/out-of-range`, `expect/not-allowed`, `expect/not-unique`, `expect/rule`; of columns:
 * `expect/too-many-missing`, `expect/mean`, `expect/deviation`.
 *
 * @param reference - Moments for `meanWithinSigmas` and `deviationWithinFactor`; without them, before the first
 *   training, neither is tested.
 * @throws InvalidInput with the codes of `parseExpression`
 */
export function testData(table: Table, spec: FeatureSpec, reference: ReferenceMoments = new Map()): DataTest {
  const bad = new Map<number, FailedRow>();
  const problems: Problem[] = [];
  for (const { kind, name, column: source = name, expect } of columnFeatures(spec)) {
    const column = columnOf(table, source);
    const mark: Mark = (row, code) => {
      if (!bad.has(row)) bad.set(row, { row, code, column: source });
    };
    if (expect !== undefined) testRows(column, expect, mark);
    if (kind === 'numeric' && column.kind === 'numeric') testSize(column.values, mark);
    if (expect === undefined) continue;
    const trained = reference.get(source);
    problems.push(...testMissing(column, source, expect));
    if (trained !== undefined && column.kind === 'numeric')
      problems.push(...testMoments(column.values, source, expect, trained));
  }
  for (const { expression } of spec.rows ?? [])
    for (const row of brokenRows(expression, spec, table))
      if (!bad.has(row)) bad.set(row, { row, code: 'expect/rule', column: undefined });
  return { badRows: [...bad.values()].sort((a, b) => a.row - b.row), problems };
}

type Mark = (row: number, code: ErrorCode) => void;

function testRows(column: Column, expect: Expectations, mark: Mark): void {
  if (column.kind === 'numeric') testRange(column.values, expect, mark);
  else if (expect.allowed !== undefined) testAllowed(column, expect.allowed, mark);
  if (expect.unique === true) testUnique(column, mark);
}

/** As the check of a request: a value that would reach the trees as an infinity is missing. */
function testSize(values: Float64Array, mark: Mark): void {
  for (let row = 0; row < values.length; row++)
    if (Math.abs(values[row] as number) > MAX_NUMBER) mark(row, 'features/not-finite'); // row < length
}

function testRange(values: Float64Array, expect: Expectations, mark: Mark): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expect;
  values.forEach((value, row) => {
    if (value < min || value > max) mark(row, 'expect/out-of-range');
  });
}

function testAllowed({ codes, dictionary }: CategoryColumn, allowed: readonly string[], mark: Mark): void {
  const find = categoryFinder(allowed);
  const isAllowed = dictionary.map((text) => find(text) !== undefined);
  codes.forEach((code, row) => {
    if (isAllowed[code] === false) mark(row, 'expect/not-allowed');
  });
}

function testUnique(column: Column, mark: Mark): void {
  const seen = new Set<number>();
  valuesOf(column).forEach((value, row) => {
    if (isMissing(column, value)) return;
    if (seen.has(value)) mark(row, 'expect/not-unique');
    seen.add(value);
  });
}

function testMissing(column: Column, path: string, { maxMissingShare = 1 }: Expectations): Problem[] {
  const values = valuesOf(column);
  let missing = 0;
  for (const value of values) if (isMissing(column, value)) missing++;
  if (missing <= maxMissingShare * values.length) return [];
  return [
    {
      code: 'expect/too-many-missing',
      path,
      message: 'too many values are missing',
      got: `${missing} of ${values.length} rows`,
      allowed: `a share of ${maxMissingShare}`,
      fix: 'correct the source, or raise expect.maxMissingShare',
    },
  ];
}

/** A column without values has no moments that could be far. */
function testMoments(
  values: Float64Array,
  path: string,
  {
    meanWithinSigmas = Number.POSITIVE_INFINITY,
    deviationWithinFactor = Number.POSITIVE_INFINITY,
  }: Expectations,
  trained: Moments,
): Problem[] {
  const { mean, deviation } = momentsOf(usableValues(values)) ?? trained;
  const [wider, narrower] = [deviation / trained.deviation, trained.deviation / deviation];
  const problems: Problem[] = [];
  if (Math.abs(mean - trained.mean) > meanWithinSigmas * trained.deviation)
    problems.push({
      code: 'expect/mean',
      path,
      message: 'the mean is far from the training rows',
      got: mean.toPrecision(6),
      allowed: `${trained.mean.toPrecision(6)} within ${meanWithinSigmas} deviations of ${trained.deviation.toPrecision(6)}`,
    });
  if (wider > deviationWithinFactor || narrower > deviationWithinFactor)
    problems.push({
      code: 'expect/deviation',
      path,
      message: 'the deviation is far from the training rows',
      got: deviation.toPrecision(6),
      allowed: `${trained.deviation.toPrecision(6)} within a factor of ${deviationWithinFactor}`,
    });
  return problems;
}

const valuesOf = (column: Column): Float64Array | Int32Array =>
  column.kind === 'numeric' ? column.values : column.codes;

const isMissing = (column: Column, value: number): boolean =>
  column.kind === 'numeric' ? Number.isNaN(value) : value < 0;
