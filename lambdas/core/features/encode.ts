/**
 * What one value becomes. Columns of a table and single rows both go through these functions, so training and
 * scoring cannot part.
 */

import { civilFromDays, DAY_MS } from '../csv/timestamp.ts';
import { log1p } from '../math.ts';
import type { FittedBoolean, FittedCategorical, FittedNumeric, FittedTimestamp } from './fitted.ts';

/** Turns a number (NaN is missing) into float32; infinite when it does not fit. */
export type NumberEncoder = (value: number) => number;

/** Turns a category's text (undefined when missing) into its code, `MISSING` or `REFUSED`. */
export type CategoryEncoder = (text: string | undefined) => number;

/** No category. */
export const MISSING = -1;
/** A category that the training rows did not have, in a feature that refuses those. */
export const REFUSED = -2;

export function numberEncoder(field: FittedNumeric | FittedBoolean | FittedTimestamp): NumberEncoder {
  if (field.kind === 'timestamp') {
    const part = PARTS[field.part];
    return (time) => (Number.isFinite(time) ? part(time) : time);
  }
  const imputed = field.impute ?? Number.NaN;
  const scaled = field.kind === 'numeric' ? scaler(field.scale) : identity;
  return (value) => Math.fround(scaled(Number.isNaN(value) ? imputed : value));
}

const identity = (value: number): number => value;

function scaler(scale: FittedNumeric['scale']): (value: number) => number {
  if (scale === 'none') return identity;
  if (scale === 'log1p') return (value) => Math.sign(value) * log1p(Math.abs(value));
  return (value) => (value - scale.mean) / scale.deviation;
}

/** Parts of a finite time (ms since 1970), in UTC. */
const PARTS: Readonly<Record<FittedTimestamp['part'], (time: number) => number>> = {
  hour: (time) => Math.floor((time - dayOf(time) * DAY_MS) / 3_600_000),
  // 1970-01-01 was a Thursday: three days after a Monday.
  weekday: (time) => dayOf(time) + 3 - Math.floor((dayOf(time) + 3) / 7) * 7 + 1,
  day: (time) => civilFromDays(dayOf(time)).day,
  month: (time) => civilFromDays(dayOf(time)).month,
  quarter: (time) => Math.ceil(civilFromDays(dayOf(time)).month / 3),
  year: (time) => civilFromDays(dayOf(time)).year,
};

const dayOf = (time: number): number => Math.floor(time / DAY_MS);

/** An unseen category counts as missing, and is imputed as such, unless the feature refuses it. */
export function categoryEncoder({ categories, impute, onUnseen }: FittedCategorical): CategoryEncoder {
  const codes = new Map(categories.map((text, code) => [text, code]));
  const missing = categories.findIndex((text) => text === impute); // -1 is MISSING
  const unseen = onUnseen === 'refuse' ? REFUSED : missing;
  return (text) => (text === undefined ? missing : (codes.get(text) ?? unseen));
}

/** The value of one of a category's matrix columns; NaN in all of them when there is no category. */
export function categoryValue({ encoding }: FittedCategorical, code: number, position: number): number {
  if (code <= MISSING) return Number.NaN;
  if (encoding === 'ordinal') return code;
  return code === position ? 1 : 0;
}
