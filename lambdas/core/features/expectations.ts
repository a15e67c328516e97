/**
 * Tests of the data before it is used: what every row must satisfy, and what a column must as a whole.
 * No row's value is repeated in what they report.
 */

import type { Problem } from '../errors.ts';
import type { Column, Table } from '../table.ts';
import { type ColumnFeature, columnName, columnOfKind, isColumnFeature } from './columns.ts';
import { type Moments, moments, sortedUsable } from './moments.ts';
import type { Expectations, FeatureSpec } from './spec.ts';

/** A row that fails; the first reason counts, in the order of the features. */
export interface BadRow {
  readonly row: number;
  readonly code: 'expect/out-of-range' | 'expect/not-allowed' | 'expect/not-unique';
  readonly column: string;
}

export interface DataTest {
  /** In ascending order, each row once. */
  readonly badRows: readonly BadRow[];
  /** What is wrong with a whole column: the run stops. */
  readonly problems: readonly Problem[];
}

/** Moments of the training rows by column, as fitted features have them. */
export type ReferenceMoments = ReadonlyMap<string, Moments>;

/**
 * Tests a table against the features' expectations. A missing value passes all of a row's tests; how many may be
 * missing is `maxMissingShare`. Of equal values in a `unique` column the first row passes. Bounds and moments are
 * of numeric features, allowed texts of categorical ones. Features that are computed from others are not
 * tested: their sources are.
 *
 * Problems: `expect/too-many-missing`, `expect/mean`, `expect/deviation`.
 *
 * @param reference - What `meanWithinSigmas` and `deviationWithinFactor` compare with; without it they are not
 *   tested, as before the first training.
 * @throws RuntimeFailure `features/missing-column`, `features/wrong-type`
 */
export function testData(
  table: Table,
  { fields }: FeatureSpec,
  reference: ReferenceMoments = new Map(),
): DataTest {
  const bad = new Map<number, BadRow>();
  const problems: Problem[] = [];
  for (const feature of fields) {
    const { expect } = feature;
    if (expect === undefined || !isColumnFeature(feature)) continue;
    const name = columnName(feature);
    const column = columnOfKind(table, name, feature.kind === 'categorical' ? 'category' : 'numeric');
    testRows(feature, column, expect, (row, code) => {
      if (!bad.has(row)) bad.set(row, { row, code, column: name });
    });
    problems.push(...testMissing(column, name, expect));
    const known = reference.get(name);
    if (feature.kind === 'numeric' && column.kind === 'numeric' && known !== undefined) {
      problems.push(...testMoments(column.values, name, expect, known));
    }
  }
  return { badRows: [...bad.values()].sort((a, b) => a.row - b.row), problems };
}

type Mark = (row: number, code: BadRow['code']) => void;

function testRows({ kind }: ColumnFeature, column: Column, expect: Expectations, mark: Mark): void {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, allowed, unique } = expect;
  if (column.kind === 'numeric' && kind === 'numeric') {
    column.values.forEach((value, row) => {
      if (value < min || value > max) mark(row, 'expect/out-of-range');
    });
  }
  if (column.kind === 'category' && allowed !== undefined) {
    const known = new Set(allowed);
    const isAllowed = column.dictionary.map((text) => known.has(text));
    column.codes.forEach((code, row) => {
      if (isAllowed[code] === false) mark(row, 'expect/not-allowed');
    });
  }
  if (unique !== true) return;
  const seen = new Set<number>();
  idsOf(column).forEach((id, row) => {
    if (Number.isNaN(id)) return;
    if (seen.has(id)) mark(row, 'expect/not-unique');
    seen.add(id);
  });
}

function testMissing(column: Column, path: string, { maxMissingShare = 1 }: Expectations): Problem[] {
  const ids = idsOf(column);
  const missing = ids.filter(Number.isNaN).length;
  if (missing <= maxMissingShare * ids.length) return [];
  return [
    {
      code: 'expect/too-many-missing',
      path,
      message: 'too many values are missing',
      got: (missing / ids.length).toFixed(3),
      allowed: `at most ${maxMissingShare}`,
      fix: 'mend the source, or raise expect.maxMissingShare',
    },
  ];
}

function testMoments(
  values: Float64Array,
  path: string,
  { meanWithinSigmas: sigmas, deviationWithinFactor: factor }: Expectations,
  trained: Moments,
): Problem[] {
  const current = moments(sortedUsable(values));
  if (current === undefined) return [];
  const problems: Problem[] = [];
  const { mean, deviation } = current;
  if (sigmas !== undefined && Math.abs(mean - trained.mean) > sigmas * trained.deviation) {
    problems.push({
      code: 'expect/mean',
      path,
      message: 'the mean is far from the training rows',
      got: mean.toPrecision(6),
      allowed: `${trained.mean.toPrecision(6)} within ${sigmas} deviations of ${trained.deviation.toPrecision(6)}`,
    });
  }
  const [small, large] =
    deviation < trained.deviation ? [deviation, trained.deviation] : [trained.deviation, deviation];
  if (factor !== undefined && large > factor * small) {
    problems.push({
      code: 'expect/deviation',
      path,
      message: 'the deviation is far from the training rows',
      got: deviation.toPrecision(6),
      allowed: `${trained.deviation.toPrecision(6)} within a factor of ${factor}`,
    });
  }
  return problems;
}

/** A column's values as numbers that are equal where the values are; NaN where missing. */
function idsOf(column: Column): Float64Array {
  if (column.kind === 'numeric') return column.values;
  return Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : code));
}
