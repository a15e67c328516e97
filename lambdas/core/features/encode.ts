/** What one raw value becomes: the one place, for a row of a request and for a column of a million rows alike. */

import { log1p } from '../math.ts';
import type { FittedBoolean, FittedCategorical, FittedNumeric, FittedTimestamp } from './fitted.ts';

/** A category that the training rows did not have, in a feature that refuses those. */
export const REFUSED = -2;
/** No category. */
export const MISSING = -1;

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;

/** NaN is missing. */
export function encodeNumber({ impute, scale }: FittedNumeric, value: number): number {
  const known = Number.isNaN(value) && impute !== null ? impute : value;
  if (scale === 'none') return known;
  if (scale === 'log1p') return Math.sign(known) * log1p(Math.abs(known));
  return (known - scale.mean) / scale.deviation;
}

/** 0, 1, or NaN for missing. */
export function encodeBoolean({ impute }: FittedBoolean, value: number): number {
  return Number.isNaN(value) && impute !== null ? impute : value;
}

/** @param at - ms since 1970, or NaN for missing. */
export function encodeTimestamp({ part }: FittedTimestamp, at: number): number {
  if (Number.isNaN(at)) return at;
  const date = new Date(at);
  switch (part) {
    case 'hour':
      return date.getUTCHours();
    case 'weekday':
      return ((((Math.floor(at / DAY_MS) + EPOCH_WEEKDAY - 1) % 7) + 7) % 7) + 1;
    case 'day':
      return date.getUTCDate();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'quarter':
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case 'year':
      return date.getUTCFullYear();
  }
}

/** Turns a category's text (undefined when missing) into its code, `MISSING` or `REFUSED`. */
export function categoryEncoder(field: FittedCategorical): (text: string | undefined) => number {
  const codes = new Map(field.categories.map((category, code) => [category, code]));
  const unseen = field.onUnseen === 'refuse' ? REFUSED : MISSING;
  const imputed = field.impute === null ? MISSING : (codes.get(field.impute) ?? MISSING);
  return (text) => (text === undefined ? imputed : (codes.get(text) ?? unseen));
}
