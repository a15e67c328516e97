/**
 * Timestamps as text: RFC 3339, and as PostgreSQL prints them. In memory they are milliseconds since
 * 1970-01-01 UTC in a double, microseconds as the fraction (exact to the microsecond from 1691 to 2248).
 * The calendar is the proleptic Gregorian one, years 0000 to 9999 in UTC, which are what RFC 3339 can write.
 */

import { powerOfTwo } from '../numeric/powers.ts';

/** Milliseconds per day; UTC has no leap seconds here. */
export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;
/** No time zone is further from UTC; PostgreSQL's own limit. */
const MAX_OFFSET_HOURS = 15;
/** Digits of a fraction: nanoseconds, as pandas and Java print them. */
const MAX_PLACES = 9;
/** Longest text: `2026-11-16T08:45:05.189092123+00:19:32`. */
const MAX_LENGTH = 38;
/** Below this many ms from 1970 a double tells microseconds apart: 2^-10 ms is finer. */
const FINE_MS = powerOfTwo(43);
/** 0000-01-01 and 10000-01-01 UTC. */
const FIRST_MS = -62_167_219_200_000;
const END_MS = 253_402_300_800_000;

/** The forms of {@link parseTimestamp}, as a pattern; whether the calendar has the day, a pattern cannot say. */
export const TIMESTAMP_PATTERN =
  '^\\d{4}-\\d\\d-\\d\\d([Tt ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?([Zz]|[+-]\\d\\d(:?\\d\\d|:\\d\\d:\\d\\d)?)?)?$';

const DASH = 45;
const COLON = 58;
const ZERO = 48;
const T = 84;
const Z = 90;
/** From a capital to its small letter, which RFC 3339 allows too. */
const CASE = 32;

/**
 * A date, or a date and a time parted by a space or a `T`; seconds and up to nine digits of a fraction may
 * follow; then `Z`, `+hh`, `+hhmm`, `+hh:mm`, `+hh:mm:ss` (PostgreSQL's, of times before zones were whole minutes) or
 * nothing, which means UTC. NaN for anything else, also for hour 24 and second 60, which would count for the day
 * after and which no database prints, and for what lies outside the years 0000 to 9999 in UTC.
 *
 * A fraction is cut, never rounded up: to microseconds, and where a double is coarser to the double below.
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 10 || length > MAX_LENGTH) return Number.NaN;
  const year = digits(bytes, start, start + 4);
  const month = digits(bytes, start + 5, start + 7);
  const day = digits(bytes, start + 8, start + 10);
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return Number.NaN;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
  const midnight = daysFromCivil(year, month, day) * DAY_MS;
  if (length === 10) return midnight;
  const separator = bytes[start + 10] as number; // the text is longer
  if (separator !== 32 && (separator & ~CASE) !== T) return Number.NaN;
  const time = parseTime(bytes, start + 11, end, midnight);
  return time >= FIRST_MS && time < END_MS ? time : Number.NaN;
}

/** As {@link parseTimestamp}, of a string. */
export function parseTimestampText(text: string): number {
  if (text.length > MAX_LENGTH) return Number.NaN;
  // Non-ASCII characters become a byte that no timestamp contains, so parsing fails.
  const bytes = Uint8Array.from(text, (character) => Math.min(character.charCodeAt(0), 255));
  return parseTimestamp(bytes, 0, bytes.length);
}

/**
 * Returns ISO 8601 in UTC, with as many digits of a fraction as needed: none, three or six. A parsed time survives the
 * round trip to the same bits. If a double is coarser than a microsecond, the text is the first microsecond that is cut
 * to this double. Returns undefined outside the years 0 to 9999.
 */
export function formatTimestamp(time: number): string | undefined {
  const days = Math.floor(time / DAY_MS);
  const milliseconds = Math.floor(time);
  const fraction = (time - milliseconds) * 1000;
  let micros = Math.abs(time) < FINE_MS ? Math.round(fraction) : Math.ceil(fraction);
  let ofDay = milliseconds - days * DAY_MS;
  if (micros === 1000) {
    if (ofDay === DAY_MS - 1) return formatTimestamp(milliseconds + 1);
    micros = 0;
    ofDay++;
  }
  const { year, month, day } = civilFromDays(days);
  if (!(year >= 0 && year <= 9999)) return undefined;
  const clock = [Math.floor(ofDay / 3_600_000), Math.floor(ofDay / MINUTE_MS) % 60];
  const seconds = Math.floor(ofDay / 1000) % 60;
  const ofSecond = (ofDay % 1000) * 1000 + micros;
  const suffix = ofSecond === 0 ? '' : `.${pad(ofSecond, 6).replace(/000$/, '')}`;
  const time24 = [...clock, seconds].map((part) => pad(part, 2)).join(':');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time24}${suffix}Z`;
}

/** A day of the calendar; month and day from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * The date of a number of days since 1970-01-01.
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
 */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468; // days since 0000-03-01
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Days since 1970-01-01, of a year from 0; Hinnant's `days_from_civil`, with its eras written out. */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years start in March, 400 of them (146,097 days) early so that none is negative and `| 0` rounds down.
  const years = (month <= 2 ? year - 1 : year) + 400;
  const dayOfYear = (((month > 2 ? month - 3 : month + 9) * 153 + 2) / 5) | 0;
  const leapDays = (years >> 2) - ((years / 100) | 0) + ((years / 400) | 0);
  return years * 365 + leapDays + dayOfYear + day - 1 - 719_468 - 146_097;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `hh:mm[:ss[.f]][zone]` on the day that begins at `midnight`. */
function parseTime(bytes: Uint8Array, start: number, end: number, midnight: number): number {
  let zone = start;
  while (zone < end && isClock(bytes[zone] as number)) zone++; // zone < end
  const hour = digits(bytes, start, start + 2);
  const minute = digits(bytes, start + 3, start + 5);
  if (!(bytes[start + 2] === COLON && hour <= 23 && minute <= 59)) return Number.NaN;
  const base = midnight + (hour * 60 + minute) * MINUTE_MS - parseZone(bytes, zone, end);
  const clockLength = zone - start;
  if (clockLength === 5) return base;
  const second = digits(bytes, start + 6, start + 8);
  if (!(clockLength >= 8 && bytes[start + 5] === COLON && second <= 59)) return Number.NaN;
  if (clockLength === 8) return base + second * SECOND_MS;
  const places = clockLength - 9;
  if (bytes[start + 8] !== 46 || places < 1 || places > MAX_PLACES) return Number.NaN;
  const kept = Math.min(places, 6);
  const micros = digits(bytes, start + 9, start + 9 + kept) * (POWERS_OF_TEN[6 - kept] as number); // kept is 1 to 6
  const rest = digits(bytes, start + 9 + kept, zone); // NaN where it is not digits
  return rest >= 0 ? addMicros(base + second * SECOND_MS, micros) : Number.NaN;
}

const POWERS_OF_TEN = [1, 10, 100, 1000, 10_000, 100_000];

/** @param micros - Less than a second. */
function addMicros(second: number, micros: number): number {
  const milliseconds = second + Math.floor(micros / 1000);
  const fraction = (micros % 1000) / 1000;
  const time = milliseconds + fraction;
  if (Math.abs(time) < FINE_MS || time - milliseconds <= fraction) return time;
  let below = time;
  // Doubles are at least 2^-10 ms apart here; the first step that is not rounded away ends at the next one.
  for (let step = powerOfTwo(-10); below === time; step *= 2) below = time - step;
  return below;
}

/** `Z`, `+hh`, `+hhmm`, `+hh:mm`, `+hh:mm:ss` or nothing, as milliseconds ahead of UTC. */
function parseZone(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || (length === 1 && ((bytes[start] as number) & ~CASE) === Z)) return 0; // start < end
  const sign = bytes[start] === 43 ? 1 : bytes[start] === DASH ? -1 : Number.NaN;
  const hours = digits(bytes, start + 1, start + 3);
  const colon = length >= 6 && bytes[start + 3] === COLON ? 1 : 0;
  const minutes = length === 3 ? 0 : digits(bytes, start + 3 + colon, start + 5 + colon);
  const withSeconds = length === 9 && colon === 1 && bytes[start + 6] === COLON;
  const seconds = withSeconds ? digits(bytes, start + 7, end) : 0;
  const known = length === 3 || length === 5 + colon || withSeconds;
  return known && hours <= MAX_OFFSET_HOURS && minutes <= 59 && seconds <= 59
    ? sign * ((hours * 60 + minutes) * MINUTE_MS + seconds * SECOND_MS)
    : Number.NaN;
}

/** Digits, `.` and `:`. */
const isClock = (byte: number): boolean => byte <= COLON && byte >= 46 && byte !== 47;

/** The number that these digits write; NaN when another byte is among them. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO; // NaN beyond the bytes
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
