/**
 * Parsers for the bytes of a cell. Each takes `bytes[start..end)`, which is not empty, and returns NaN when it cannot
 * parse them.
 */

import { booleanOf } from '../table/values.ts';

const ZERO = 48;
const NINE = 57;

/** 10^0 to 10^22: the powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** Below this many digits an integer is exact in a double (2^53 has sixteen). */
const EXACT_DIGITS = 15;

/**
 * A decimal number: sign, digits with at most one point, exponent. No spaces, thousands separators or
 * hexadecimal. The result is the nearest double (infinite if there is none): integers of at most 15 digits
 * divided by an exact power of ten are rounded once (Clinger, "How to Read Floating Point Numbers
 * Accurately", 1990); the rest is left to the engine's own reader, which ECMAScript requires to be exact.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start];
  let at = first === 45 || first === 43 ? start + 1 : start;
  let mantissa = 0;
  const digitsStart = at;
  let byte = 0;
  for (; at < end; at++) {
    byte = bytes[at] as number; // at < end
    if (byte < ZERO || byte > NINE) break;
    mantissa = mantissa * 10 + (byte - ZERO);
  }
  let digits = at - digitsStart;
  let places = 0;
  if (at < end && byte === 46) {
    const pointAt = at++;
    for (; at < end; at++) {
      byte = bytes[at] as number; // at < end
      if (byte < ZERO || byte > NINE) break;
      mantissa = mantissa * 10 + (byte - ZERO);
    }
    places = at - pointAt - 1;
    digits += places;
  }
  if (digits === 0) return Number.NaN;
  if (at < end) return isExponent(bytes, at, end) ? readExactly(bytes, start, end) : Number.NaN;
  if (digits > EXACT_DIGITS) return readExactly(bytes, start, end);
  const value = places === 0 ? mantissa : mantissa / (POWERS_OF_TEN[places] as number); // places <= digits
  return first === 45 ? -value : value;
}

/** `e`, a sign if any, digits. */
function isExponent(bytes: Uint8Array, start: number, end: number): boolean {
  if (((bytes[start] as number) | 32) !== 101) return false; // start < end
  const sign = bytes[start + 1];
  const from = sign === 45 || sign === 43 ? start + 2 : start + 1;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number; // at < end
    if (byte < ZERO || byte > NINE) return false;
  }
  return from < end;
}

function readExactly(bytes: Uint8Array, start: number, end: number): number {
  return Number(asciiText(bytes, start, end));
}

/** 1 or 0 of what `booleanOf` reads. */
export function parseBoolean(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 1) {
    const byte = bytes[start] as number; // start < end
    if (byte === ONE || byte === T || byte === T - CASE) return 1;
    if (byte === ZERO || byte === F || byte === F - CASE) return 0;
  }
  const value = length > 5 ? undefined : booleanOf(asciiText(bytes, start, end));
  return value === undefined ? Number.NaN : Number(value);
}

const T = 116;
const F = 102;
/** From a capital to its small letter. */
const CASE = 32;
const ONE = 49;

/** Whether the text names a value that is not a finite number: `NaN`, `inf`, `-Infinity`, in any case. */
export function isNotFiniteName(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 9 && /^[+-]?(nan|inf|infinity)$/i.test(asciiText(bytes, start, end));
}

const LATIN1 = new TextDecoder('latin1');

/** Bytes as text, one character each. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return LATIN1.decode(bytes.subarray(start, end));
}
