/** Fits a profile: chooses the bins, the dictionaries and the pairs to watch, then counts the reference. */

import type { CategoryColumn, Column, Table } from '../table/table.ts';
import { categoryText } from '../table/values.ts';
import { fitBins, isUsable, moments, quantile } from './bins.ts';
import { correlation, sumPair, toRanks } from './correlations.ts';
import { countNumeric, emptyNumeric } from './histogram.ts';
import {
  type CategoryProfile,
  type ColumnProfile,
  type NumericProfile,
  type NumericSummary,
  PROFILE_SCHEMA_VERSION,
  type Profile,
  profiledColumn,
  type WatchedPair,
} from './profile.ts';
import { byFrequency, expectedUnseenShare } from './unseen-categories.ts';
import { addLabels, addRows, addScores, emptyWindow } from './window.ts';

/** Categories kept per column, most frequent first; the rest count as unseen, in the reference too. */
const MAX_CATEGORIES = 1000;
/** The pairs whose correlation is watched: the strongest in the reference. */
const WATCHED_PAIRS = 10;
/** A pair that is weaker than this in the reference is not worth watching. */
const MIN_CORRELATION = 0.1;
/** Number of rows, evenly spread, for choosing the strongest pairs. */
const PAIR_ROWS = 20_000;

export interface ReferenceOutputs {
  /** The model's scores, of rows that it was **not** trained on (or overfitting looks like drift). Any length. */
  readonly scores?: Float64Array | Float32Array;
  /** The labels: 0 and 1, or numbers. Any length. */
  readonly labels?: Float64Array | Float32Array;
}

/**
 * Fits the profile of the named columns.
 *
 * @throws RuntimeFailure `drift/missing-column` when the table lacks one of them.
 */
export function fitProfile(table: Table, names: readonly string[], outputs: ReferenceOutputs = {}): Profile {
  const columns = names.map((name) => fitColumn(name, profiledColumn(table, name), table.rows));
  const shape = {
    schemaVersion: PROFILE_SCHEMA_VERSION,
    columns,
    pairs: strongestPairs(table, columns),
    scores: outputs.scores === undefined ? null : fitNumeric('score', outputs.scores),
    labels: outputs.labels === undefined ? null : fitNumeric('label', outputs.labels),
  } as const;
  const reference = emptyWindow(shape);
  addRows(reference, shape, table);
  if (outputs.scores !== undefined) addScores(reference, shape, outputs.scores);
  if (outputs.labels !== undefined) addLabels(reference, shape, outputs.labels);
  return { ...shape, reference };
}

function fitColumn(name: string, column: Column, rows: number): ColumnProfile {
  return column.kind === 'numeric' ? fitNumeric(name, column.values) : fitCategories(name, column, rows);
}

function fitNumeric(name: string, values: Float64Array | Float32Array): NumericProfile {
  const sorted = finite(values).sort();
  return {
    kind: 'numeric',
    name,
    missingShare: values.length === 0 ? 0 : 1 - sorted.length / values.length,
    summary: sorted.length === 0 ? null : summarise(sorted),
    bins: fitBins(sorted),
  };
}

/** The usable values. (`filter` on a typed array is ten times slower.) */
function finite(values: Float64Array | Float32Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number; // row < length
    if (isUsable(value)) kept[count++] = value;
  }
  return kept.subarray(0, count);
}

function summarise(sorted: Float64Array): NumericSummary {
  return {
    ...moments(sorted),
    min: quantile(sorted, 0),
    p1: quantile(sorted, 0.01),
    p5: quantile(sorted, 0.05),
    p25: quantile(sorted, 0.25),
    p50: quantile(sorted, 0.5),
    p75: quantile(sorted, 0.75),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  };
}

function fitCategories(name: string, column: CategoryColumn, rows: number): CategoryProfile {
  const counts = new Float64Array(column.dictionary.length);
  let present = 0;
  for (const code of column.codes) {
    if (code < 0) continue;
    present++;
    counts[code] = (counts[code] as number) + 1; // codes index the dictionary
  }
  const merged = new Map<string, number>();
  column.dictionary.forEach((text, code) => {
    const category = categoryText(text);
    merged.set(category, (merged.get(category) ?? 0) + (counts[code] as number)); // one per text
  });
  const ordered = [...merged]
    .map(([category, count]) => ({ category, count }))
    .filter(({ count }) => count > 0)
    .sort(byFrequency);
  return {
    kind: 'categorical',
    name,
    missingShare: rows === 0 ? 0 : 1 - present / rows,
    unseenShare: expectedUnseenShare(ordered, MAX_CATEGORIES),
    categories: ordered.slice(0, MAX_CATEGORIES).map(({ category }) => category),
  };
}

function strongestPairs(table: Table, columns: readonly ColumnProfile[]): WatchedPair[] {
  const ranks = columns.flatMap((profile, position) => {
    const column = profiledColumn(table, profile.name);
    if (profile.kind !== 'numeric' || column.kind !== 'numeric') return [];
    const codes = countNumeric(emptyNumeric(profile.bins), profile.bins, column.values);
    return [{ position, codes: toRanks(codes, profile.bins) }];
  });
  const stride = Math.max(1, Math.floor(table.rows / PAIR_ROWS));
  return ranks
    .flatMap((x, i) =>
      ranks.slice(i + 1).map((y) => {
        const strength = Math.abs(correlation(sumPair(x.codes, y.codes, stride)));
        return { a: x.position, b: y.position, strength };
      }),
    )
    .filter(({ strength }) => strength >= MIN_CORRELATION)
    .sort((x, y) => y.strength - x.strength) // stable: equals stay in column order
    .slice(0, WATCHED_PAIRS)
    .map(({ a, b }) => ({ a, b }));
}
