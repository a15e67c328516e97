/** Tests of the data before it is used: what every row of a column must satisfy, and what the column must as a whole. */

import type { Problem } from '../errors.ts';
import { columnOf } from '../rows.ts';
import type { Column, Table } from '../table.ts';
import type { Expectations, FeatureSpec } from './spec.ts';

/** A row that fails; the first reason counts. */
export interface BadRow {
  readonly row: number;
  readonly code: string;
  readonly column: string;
}

export interface DataTest {
  /** In ascending order, each row once. */
  readonly badRows: readonly BadRow[];
  /** What is wrong with a whole column: the run stops. */
  readonly problems: readonly Problem[];
}

/** Mean and deviation of a column in the training rows. */
export type Moments = ReadonlyMap<string, { readonly mean: number; readonly deviation: number }>;

/**
 * Tests a table against the features' expectations.
 *
 * @param reference - What `meanWithinSigmas` and `deviationWithinFactor` compare with; not tested before the
 *   first training.
 */
export function testData(table: Table, { fields }: FeatureSpec, reference: Moments = new Map()): DataTest {
  const bad = new Map<number, BadRow>();
  const problems: Problem[] = [];
  for (const { name, column: source = name, expect } of fields) {
    if (expect === undefined) continue;
    const column = columnOf(table, source);
    const mark = (row: number, code: string) => {
      if (!bad.has(row)) bad.set(row, { row, code, column: source });
    };
    testRows(column, expect, mark);
    problems.push(...testMissing(column, source, expect), ...testMoments(column, source, expect, reference));
  }
  return { badRows: [...bad.values()].sort((a, b) => a.row - b.row), problems };
}

function testRows(column: Column, expect: Expectations, mark: (row: number, code: string) => void): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, allowed, unique } = expect;
  if (column.kind === 'numeric')
    column.values.forEach((value, row) => {
      if (value < min || value > max) mark(row, 'expect/out-of-range');
    });
  else if (allowed !== undefined) {
    const known = new Set(allowed);
    const isAllowed = column.dictionary.map((text) => known.has(text));
    column.codes.forEach((code, row) => {
      if (isAllowed[code] === false) mark(row, 'expect/not-allowed');
    });
  }
  if (unique !== true) return;
  const seen = new Set<number>();
  valuesOf(column).forEach((value, row) => {
    if (isMissing(column, value)) return;
    if (seen.has(value)) mark(row, 'expect/not-unique');
    seen.add(value);
  });
}

function testMissing(column: Column, name: string, { maxMissingShare }: Expectations): Problem[] {
  const values = valuesOf(column);
  let missing = 0;
  for (const value of values) if (isMissing(column, value)) missing += 1;
  const share = values.length === 0 ? 0 : missing / values.length;
  if (maxMissingShare === undefined || share <= maxMissingShare) return [];
  return [
    {
      code: 'expect/too-many-missing',
      path: name,
      message: 'too many values are missing',
      got: share.toFixed(3),
      allowed: `at most ${maxMissingShare}`,
      fix: 'mend the source, or raise expect.maxMissingShare',
    },
  ];
}

function testMoments(
  column: Column,
  name: string,
  { meanWithinSigmas, deviationWithinFactor }: Expectations,
  reference: Moments,
): Problem[] {
  const trained = reference.get(name);
  if (trained === undefined || column.kind !== 'numeric') return [];
  const known = column.values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return [];
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const deviation = Math.sqrt(squares / known.length);
  const problems: Problem[] = [];
  if (meanWithinSigmas !== undefined && Math.abs(mean - trained.mean) > meanWithinSigmas * trained.deviation)
    problems.push({
      code: 'expect/mean',
      path: name,
      message: 'the mean is far from the training rows',
      got: mean.toPrecision(6),
      allowed: `${trained.mean.toPrecision(6)} within ${meanWithinSigmas} deviations of ${trained.deviation.toPrecision(6)}`,
    });
  const factor = deviationWithinFactor;
  if (
    factor !== undefined &&
    (deviation > factor * trained.deviation || factor * deviation < trained.deviation)
  )
    problems.push({
      code: 'expect/deviation',
      path: name,
      message: 'the deviation is far from the training rows',
      got: deviation.toPrecision(6),
      allowed: `${trained.deviation.toPrecision(6)} within a factor of ${factor}`,
    });
  return problems;
}

const valuesOf = (column: Column): Float64Array | Int32Array =>
  column.kind === 'numeric' ? column.values : column.codes;

const isMissing = (column: Column, value: number): boolean =>
  column.kind === 'numeric' ? Number.isNaN(value) : value < 0;
