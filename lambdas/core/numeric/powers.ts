/** Powers of two by exact doubling and halving: `2 ** n` is left to each engine. */

const LARGEST = 160;
const POWERS = new Float64Array(2 * LARGEST + 1).fill(1);
for (let n = 1; n <= LARGEST; n++) {
  POWERS[LARGEST + n] = (POWERS[LARGEST + n - 1] as number) * 2;
  POWERS[LARGEST - n] = (POWERS[LARGEST - n + 1] as number) / 2;
}

/** 2 to the power of a whole number from -160 to 160. */
export function powerOfTwo(n: number): number {
  return POWERS[LARGEST + n] as number;
}
