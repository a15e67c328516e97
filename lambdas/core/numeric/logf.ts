/**
 * The natural logarithm in float32, with the bits of the C library that XGBoost runs on: it turns a `base_score` into
 * the margin that every sum begins with.
 *
 * glibc since 2.27 and musl take `logf` from Arm's Optimized Routines (math/logf.c, error at most 0.818 units in the
 * last place): x = 2^k z with z in [0.7, 1.4), ln x = k ln 2 + ln c + ln(1 + r) with z/c = 1 + r, c in the middle of z's
 * sixteenth, ln(1 + r) by a polynomial of degree 4, all in double, rounded once. A correctly rounded result differs in
 * some 4 of 1,000 values. The coefficients are Arm's.
 */

import { powerOfTwo } from './powers.ts';

/** For each sixteenth 1/c. */
const INVERSES = Float64Array.from([
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752,
  1.1479821020556429, 1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1.0, 0.9492859795739057,
  0.8951049428609004, 0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328,
]);
/** And ln c. */
const LOGARITHMS = Float64Array.from([
  -0.33569133332882284, -0.2929040563774074, -0.2518726580937369, -0.21245868807117255, -0.17453945183745634,
  -0.1380057072319758, -0.10275976698545139, -0.06871392447020525, -0.0357891387398228, 0,
  0.05204517742929496, 0.11081431298787942, 0.1652495223695143, 0.21687389031699977, 0.2659635028121397,
  0.3127556664073557,
]);
const C2 = -0.4999997485802103;
const C3 = 0.333456765744066;
const C4 = -0.25089342214237154;
/** The word of the first z. */
const FIRST = 0x3f330000;
/** Bits behind a float32's exponent, and behind the number of its sixteenth. */
const FRACTION_BITS = 23;
const SIXTEENTH_BITS = FRACTION_BITS - 4;
const SMALLEST_NORMAL = powerOfTwo(-126);

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** ln x as a float32; -Infinity at 0, NaN below 0 and for NaN. @param x - A float32. */
export function logf(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const isSubnormal = x < SMALLEST_NORMAL;
  float[0] = isSubnormal ? x * powerOfTwo(FRACTION_BITS) : x;
  const from = (word[0] as number) - FIRST;
  const sixteenth = (from >> SIXTEENTH_BITS) & 15;
  const exponent = from >> FRACTION_BITS;
  word[0] = (word[0] as number) - (exponent << FRACTION_BITS);
  const k = isSubnormal ? exponent - FRACTION_BITS : exponent;
  const r = (float[0] as number) * (INVERSES[sixteenth] as number) - 1;
  const start = (LOGARITHMS[sixteenth] as number) + k * Math.LN2;
  const square = r * r;
  return Math.fround((C4 * square + (C3 * r + C2)) * square + (start + r));
}
