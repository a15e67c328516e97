/**
 * e to the power x in float32, with the bits of the C library that XGBoost runs on.
 *
 * glibc since 2.27 and musl take `expf` from Arm's Optimized Routines (math/expf.c, error at most 0.502 units in the
 * last place): e^x = 2^(k/32) 2^r with k whole and |r| <= 1/64, 2^r by a polynomial of degree 3, all in double, rounded
 * once. A correctly rounded result differs in some 3 of 10,000 values; a softmax makes two steps of one. The
 * coefficients are Arm's.
 */

import { powerOfTwo } from './powers.ts';

/** 2^(i/32) for i from 0 to 31. */
const ROOTS = Float64Array.from([
  1.0,
  1.0218971486541166,
  1.0442737824274138,
  1.0671404006768237,
  1.0905077326652577,
  1.1143867425958924,
  1.1387886347566916,
  1.1637248587775775,
  1.189207115002721,
  1.215247359980469,
  1.241857812073484,
  1.2690509571917332,
  1.2968395546510096,
  1.3252366431597413,
  1.3542555469368927,
  1.383909881963832,
  Math.SQRT2,
  1.4451808069770467,
  1.4768261459394993,
  1.5091644275934228,
  1.5422108254079407,
  1.5759808451078865,
  1.6104903319492543,
  1.645755478153965,
  1.681792830507429,
  1.718619298122478,
  1.7562521603732995,
  1.7947090750031072,
  1.8340080864093424,
  1.8741676341103,
  1.9152065613971474,
  1.9571441241754002,
]);
const STEPS = 32;
/** 32 / ln 2. */
const STEPS_PER_E = Math.LOG2E * STEPS;
const C0 = 0.05550361559341535 / STEPS / STEPS / STEPS;
const C1 = 0.2402284522445722 / STEPS / STEPS;
const C2 = 0.6931471806916203 / STEPS;
/** 1.5 times 2^52: adding it rounds a double to a whole number, halves to even. */
const ROUNDER = 6755399441055744;
/** Above and below these, float32 overflows or has nothing left. */
const HIGHEST = 88.72283172607422;
const LOWEST = -103.97207641601562;

/** e^x as a float32; 0 or Infinity where float32 ends, NaN for NaN. @param x - A float32. */
export function expf(x: number): number {
  if (!(x >= LOWEST)) return Number.isNaN(x) ? x : 0;
  if (x > HIGHEST) return Number.POSITIVE_INFINITY;
  const z = STEPS_PER_E * x;
  const k = z + ROUNDER - ROUNDER;
  const r = z - k;
  const scale = (ROOTS[k & (STEPS - 1)] as number) * powerOfTwo(Math.floor(k / STEPS));
  return Math.fround(((C0 * r + C1) * (r * r) + (C2 * r + 1)) * scale);
}
