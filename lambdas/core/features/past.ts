/**
 * Lag and rolling features: what the earlier events of a key say at a time. One function computes them, for a stored
 * history and for a request alike, so that a model sees in service what it saw in training.
 */

import { keyCodes } from '../table/events.ts';
import { columnOf, numbersOf } from '../table/rows.ts';
import type { Row, Table } from '../table/table.ts';
import { type Moments, momentsOf } from './moments.ts';
import {
  columnNameOf,
  type Feature,
  type FeatureSpec,
  type LagFeature,
  type RollingFeature,
} from './spec.ts';

export type PastFeature = LagFeature | RollingFeature;

/** Events that a feature looks back at, at most, the newest: an online row stays small, a long history affordable. */
export const MAX_EVENTS = 1_000;
const DAY_MS = 86_400_000;

/** Events of one key, oldest first, no two at one time. */
export interface KeyEvents {
  /** ms since 1970, ascending. */
  readonly times: readonly number[];
  /** By what `of` names, one per event; NaN is missing. */
  readonly values: ReadonlyMap<string, readonly number[]>;
  /** Time of the newest event that was left out, where some were; what a time before it looked back at is not known. */
  readonly leftOut?: number;
}

export const isPastFeature = (feature: Feature): feature is PastFeature =>
  feature.kind === 'lag' || feature.kind === 'rolling';

/** The features of a specification that look back. */
export const pastFeatures = ({ fields }: FeatureSpec): readonly PastFeature[] => fields.filter(isPastFeature);

/** Returns the sources of lag and rolling features: the name in `of`, and the column of the source; each once. */
export function pastSources(spec: FeatureSpec): readonly { readonly of: string; readonly column: string }[] {
  return [...new Set(pastFeatures(spec).map(({ of }) => of))].map((of) => {
    const feature = spec.fields.find(({ name }) => name === of);
    // A name that is not a feature is the label, a column of its own name.
    return { of, column: feature === undefined ? of : columnNameOf(feature) };
  });
}

/**
 * Returns the feature's value from the events before `at`; events at that time or later do not count.
 *
 * `lag`: the value n events ago, NaN where there are fewer or it was missing. `rolling`: the statistic of the values that
 * were present in [at - days, at), among the newest {@link MAX_EVENTS} events; of none, `count` and `sum` are 0 and the
 * others NaN. The deviation is the population's. If events that count were left out, the result is NaN: no value is
 * guessed from the rest.
 *
 * @param at - ms since 1970
 */
export function pastValue(
  feature: PastFeature,
  { times, values, leftOut = Number.NEGATIVE_INFINITY }: KeyEvents,
  at: number,
): number {
  const column = values.get(feature.of) ?? [];
  let end = times.length;
  while (end > 0 && (times[end - 1] as number) >= at) end -= 1;
  if (feature.kind === 'lag') return column[end - feature.events] ?? Number.NaN;
  const from = at - feature.days * DAY_MS;
  let first = end;
  while (first > 0 && end - first < MAX_EVENTS && (times[first - 1] as number) >= from) first -= 1;
  if (leftOut >= from && end - first < MAX_EVENTS) return Number.NaN;
  return statisticOf(
    column.slice(first, end).filter((value) => !Number.isNaN(value)),
    feature.statistic,
  );
}

function statisticOf(present: readonly number[], statistic: RollingFeature['statistic']): number {
  if (statistic === 'count') return present.length;
  if (statistic === 'sum') return present.reduce((sum, value) => sum + value, 0);
  if (present.length === 0) return Number.NaN;
  if (statistic === 'min') return present.reduce((a, b) => Math.min(a, b));
  if (statistic === 'max') return present.reduce((a, b) => Math.max(a, b));
  return (momentsOf(Float64Array.from(present)) as Moments)[statistic]; // of one value at least
}

/**
 * Adds a column for each feature that looks back, under the feature's name.
 *
 * @param table - Rows in order of event time, one per key and time.
 */
export function withPast(
  table: Table,
  spec: FeatureSpec,
  names: { readonly key: string; readonly time: string },
): Table {
  const features = pastFeatures(spec);
  if (features.length === 0) return table;
  const columns = features.map(() => new Float64Array(table.rows));
  eachEvent(table, spec, names, (row, at, before) => {
    features.forEach((feature, i) => {
      (columns[i] as Float64Array)[row] = pastValue(feature, before, at); // one per feature
    });
  });
  const added = features.map(
    ({ name }, i) => [name, { kind: 'numeric', values: columns[i] as Float64Array }] as const,
  );
  return { rows: table.rows, columns: new Map([...table.columns, ...added]) };
}

/**
 * The events of each key that a table holds, in order of its rows; `visit` sees those before each row.
 *
 * @returns by {@link identity} of the key
 */
export function eachEvent(
  table: Table,
  spec: FeatureSpec,
  { key, time }: { readonly key: string; readonly time: string },
  visit: (row: number, at: number, before: KeyEvents) => void = () => {},
): ReadonlyMap<number, KeyEvents> {
  const keyAt = keyCodes(columnOf(table, key));
  const times = numbersOf(table, time);
  const sources = pastSources(spec).map(({ of, column }) => ({ of, from: numbersOf(table, column) }));
  const histories = new Map<number, { times: number[]; values: Map<string, number[]> }>();
  for (let row = 0; row < table.rows; row += 1) {
    const at = times[row] as number; // row < rows
    const found = histories.get(keyAt(row)) ?? {
      times: [],
      values: new Map(sources.map(({ of }) => [of, []])),
    };
    histories.set(keyAt(row), found);
    visit(row, at, found);
    found.times.push(at);
    for (const { of, from } of sources) found.values.get(of)?.push(from[row] as number); // as above
  }
  return histories;
}

/** The newest events, as many as the features can ever look back at from the last one or later. */
export function newestEvents({ times, values }: KeyEvents, spec: FeatureSpec): KeyEvents {
  const features = pastFeatures(spec);
  const last = times.at(-1) as number; // a key is there because of an event
  // The last event itself may be the row that is asked for, so one more than its past.
  const events = features.map((feature) => (feature.kind === 'lag' ? feature.events + 1 : 1));
  const days = features.map((feature) => (feature.kind === 'rolling' ? feature.days : 0));
  const from = last - Math.max(0, ...days) * DAY_MS;
  const inWindow = times.length - times.findIndex((at) => at >= from);
  const kept = Math.max(...events, Math.min(inWindow, MAX_EVENTS + 1));
  const leftOut = times[times.length - kept - 1];
  return {
    ...(leftOut !== undefined && { leftOut }),
    times: times.slice(-kept),
    values: new Map([...values].map(([of, column]) => [of, column.slice(-kept)])),
  };
}

/** A row of a request with the features that look back, at a time; what is missing is null. */
export function rowWithPast(row: Row, spec: FeatureSpec, events: KeyEvents | undefined, at: number): Row {
  const whole = new Map(row);
  for (const feature of pastFeatures(spec)) {
    const value = pastValue(feature, events ?? NO_EVENTS, at);
    whole.set(feature.name, Number.isNaN(value) ? null : value);
  }
  return whole;
}

const NO_EVENTS: KeyEvents = { times: [], values: new Map() };
