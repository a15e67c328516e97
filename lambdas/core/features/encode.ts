/** Encoding of one raw value, the same for a row of a request and a column of a million rows. */

import { civilFromDays, DAY_MS } from '../csv/timestamp.ts';
import { log1p } from '../numeric/math.ts';
import { categoryFinder } from '../table/values.ts';
import type { FittedBoolean, FittedCategorical, FittedNumeric, FittedTimestamp } from './fitted.ts';

const HOUR_MS = 3_600_000;
/** 1970-01-01 was a Thursday: three days after a Monday. */
const DAYS_SINCE_MONDAY = 3;

/** Turns a raw number (NaN is missing) into float32; infinite where trees cannot compare it. */
export type NumberEncoder = (value: number) => number;

/** Compiles a feature that reads numbers. A boolean is 0 or 1, a time is ms since 1970. */
export function numberEncoder(field: FittedNumeric | FittedBoolean | FittedTimestamp): NumberEncoder {
  if (field.kind === 'timestamp') {
    const read = PARTS[field.part];
    return (time) => (Number.isFinite(time) ? read(time) : time);
  }
  const imputed = field.impute ?? Number.NaN;
  const scale = field.kind === 'numeric' ? scaler(field.scale) : identity;
  return (value) => Math.fround(scale(Number.isNaN(value) ? imputed : value));
}

function scaler(scale: FittedNumeric['scale']): (value: number) => number {
  if (scale === 'none') return identity;
  if (scale === 'log1p') return (value) => Math.sign(value) * log1p(Math.abs(value));
  return (value) => (value - scale.mean) / scale.deviation;
}

const identity = (value: number): number => value;

/** Parts of a finite time, in UTC. */
const PARTS: Readonly<Record<FittedTimestamp['part'], (time: number) => number>> = {
  hour: (time) => Math.floor((time - dayOf(time) * DAY_MS) / HOUR_MS),
  weekday: (time) => {
    const days = dayOf(time) + DAYS_SINCE_MONDAY;
    return days - Math.floor(days / 7) * 7 + 1;
  },
  day: (time) => civilFromDays(dayOf(time)).day,
  month: (time) => civilFromDays(dayOf(time)).month,
  quarter: (time) => Math.ceil(civilFromDays(dayOf(time)).month / 3),
  year: (time) => civilFromDays(dayOf(time)).year,
};

const dayOf = (time: number): number => Math.floor(time / DAY_MS);

/** Turns a category's text (undefined when missing) into its code, `MISSING` or `REFUSED`. */
export type CategoryEncoder = (text: string | undefined) => number;

/** No category. */
export const MISSING = -1;
/** A category that the training rows did not have, in a feature that refuses those. */
export const REFUSED = -2;

/** Compiles a feature that reads text. An unseen category counts as missing, and is imputed as such, or is refused. */
export function categoryEncoder({ categories, impute, onUnseen }: FittedCategorical): CategoryEncoder {
  const find = categoryFinder(categories);
  const missing = impute === null ? MISSING : categories.indexOf(impute);
  const unseen = onUnseen === 'refuse' ? REFUSED : missing;
  return (text) => (text === undefined ? missing : (find(text) ?? unseen));
}

/** How many numbers a category becomes. */
export function widthOf({ encoding, categories }: FittedCategorical): number {
  return encoding === 'one-hot' ? categories.length : 1;
}

/** One of the numbers that a category's code becomes; NaN in each of them where there is no category. */
export function categoryValue(
  { encoding, values }: FittedCategorical,
  code: number,
  position: number,
): number {
  if (code <= MISSING) return Number.NaN;
  if (encoding === 'ordinal') return values === undefined ? code : (values[code] as number); // one per category
  return code === position ? 1 : 0;
}
