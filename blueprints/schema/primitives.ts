/** The small types that the sections share. Every text and every list has a limit. */

import * as z from 'zod';
import type { ErrorCode } from '../../lambdas/core/error-codes/index.ts';

/** Names that programs, file systems or clouds keep for themselves. */
const RESERVED_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)$|^(aws|amzn|goog|google|azure|microsoft)(-|$)/;
/** Keys of every object: as names of columns they would read or change what is not data. */
export const UNSAFE_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Refuses a value with a code of its own. */
const refusal = (code: ErrorCode, message: string) => ({ error: message, params: { code } });

/** Lower-case words joined by single dashes; safe in every cloud's names, in paths and in URLs. */
export const modelName = z
  .string()
  .min(3)
  .max(40)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by dashes: churn-by-month')
  .refine((name) => !RESERVED_NAMES.test(name), refusal('blueprint/reserved-name', 'is a reserved name'));

/** A column of the source table, also a feature: what an unquoted PostgreSQL identifier may be. */
export const columnName = z
  .string()
  .max(63)
  .regex(/^[a-z_][a-z0-9_]*$/, 'must be lower-case letters, digits and underscores')
  .refine((name) => !UNSAFE_KEYS.includes(name), refusal('blueprint/reserved-name', 'is a reserved name'));

// Control characters, and the marks that reorder what a reader sees (Trojan Source, CVE-2021-42574).
const VISIBLE = /^[^\p{Cc}\p{Bidi_Control}]*$/u;
const VISIBLE_MESSAGE = 'must not hold control characters or marks that reorder text';

/** Text for people, of at most this many characters. */
export const text = (max: number) => z.string().min(1).max(max).regex(VISIBLE, VISIBLE_MESSAGE);

/** One field of cron: `*`, numbers, ranges, lists and steps; `number` matches the numbers that it may hold. */
const cronField = (number: string): string => {
  const part = String.raw`(\*|(${number})(-(${number}))?)(\/[1-9]\d?)?`;
  return `${part}(,${part})*`;
};
/** Minute, hour, day of the month, month, weekday (0 and 7 are Sunday). */
const CRON = [
  String.raw`[0-5]?\d`,
  String.raw`[01]?\d|2[0-3]`,
  String.raw`0?[1-9]|[12]\d|3[01]`,
  '0?[1-9]|1[0-2]',
  '0?[0-7]',
].map(cronField);
const SCHEDULE = new RegExp(String.raw`^(rate\([1-9]\d{0,3} (minute|hour|day)s?\)|${CRON.join(' ')})$`);

/** Cron of five fields (minute hour day month weekday) in UTC, or `rate(1 day)`. */
export const schedule = z
  .string()
  .max(100)
  .regex(
    SCHEDULE,
    "must be cron of five fields (minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7), such as '0 2 * * *', or a rate, such as 'rate(1 day)'",
  );

/** 0 to 1, both included. */
export const share = z.number().min(0).max(1);

/** Any finite number of a size that keeps its meaning as a double. */
export const finite = z.number().min(-1e15).max(1e15);

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number) => z.int().min(min).max(max);
