/** Seeded draws for simulations, from the generator of the product. */

import { Random } from '../../lambdas/core/numeric/random.ts';

/** Draws of one seed. */
export interface Draws {
  uniform(): number;
  /** Mean 0, deviation 1 (Marsaglia's polar method). */
  normal(): number;
  /** Student's t with a whole number of degrees. */
  student(degrees: number): number;
}

export function draws(seed: number): Draws {
  const random = Random.fromSeed(seed);
  const uniform = () => random.uniform();
  let kept: number | undefined;
  const normal = (): number => {
    if (kept !== undefined) {
      const value = kept;
      kept = undefined;
      return value;
    }
    for (;;) {
      const [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      kept = y * scale;
      return x * scale;
    }
  };
  const student = (degrees: number): number => {
    let square = 0;
    for (let i = 0; i < degrees; i++) square += normal() ** 2;
    return normal() / Math.sqrt(square / degrees);
  };
  return { uniform, normal, student };
}
