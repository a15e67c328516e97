/**
 * Elementary functions whose bits do not depend on the machine.
 *
 * ECMAScript fixes the results of `+ - * /` and `Math.sqrt` to the last bit, but leaves `Math.exp`, `log`,
 * `log1p`, `expm1`, `pow` and their kind to each engine: they differ between Node versions and between x64
 * and arm64. A model trained on one machine must be byte-identical on another, so everything in core takes
 * these instead: FreeBSD's msun algorithms (errors below 1 ulp), compiled by stdlib to plain JavaScript
 * arithmetic. `Math.abs`, `floor`, `min`, `fround` and `sqrt` are exact everywhere and stay allowed.
 */

import stdlibExp from '@stdlib/math-base-special-exp';
import stdlibLn from '@stdlib/math-base-special-ln';
import stdlibLog1p from '@stdlib/math-base-special-log1p';

/** The natural logarithm of 2: a constant, the same everywhere. */
export const LN2 = Math.LN2;

/** The hypotenuse of two sides: how far two distances that do not depend on each other go together. `Math.hypot` differs. */
export const hypotenuse = (a: number, b: number): number => Math.sqrt(a * a + b * b);

/** e to the power x. */
export const exp: (x: number) => number = stdlibExp;

/** The natural logarithm; -Infinity at 0, NaN below 0. */
export const ln: (x: number) => number = stdlibLn;

/** ln(1 + x), accurate near 0; -Infinity at -1, NaN below -1. */
export const log1p: (x: number) => number = stdlibLog1p;
