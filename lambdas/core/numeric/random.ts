/**
 * Seeded pseudo-random integers: xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/) with its
 * state filled from the seed by splitmix32 (the 32-bit finaliser of MurmurHash3 over a Weyl sequence).
 * Integer operations only, so the same seed gives the same numbers on every machine.
 */
export class Random {
  private readonly state: Uint32Array;

  /** @param state - Four 32-bit words, not all zero. */
  constructor(state: readonly [number, number, number, number]) {
    this.state = Uint32Array.from(state);
  }

  /** @param seed - An integer; its low 32 bits count. */
  static fromSeed(seed: number): Random {
    let counter = seed >>> 0;
    const next = (): number => {
      counter = (counter + 0x9e3779b9) >>> 0;
      let z = counter;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    // Four neighbours of a bijective sequence: at most one of them is zero.
    return new Random([next(), next(), next(), next()]);
  }

  /** An integer from 0 to 2^32 - 1, all equally likely. */
  uint32(): number {
    const { state } = this;
    const [s0, s1, s2, s3] = state as unknown as [number, number, number, number]; // four words
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    state[1] = s1 ^ s2 ^ s0;
    state[0] = s0 ^ s3 ^ s1;
    state[2] = s2 ^ s0 ^ (s1 << 9);
    state[3] = rotateLeft(s3 ^ s1, 11);
    return result;
  }

  /** A double in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** An integer from 0 to `bound` - 1, all equally likely. @param bound - 1 to 2^32. */
  below(bound: number): number {
    // Values past the largest multiple of the bound would favour small results.
    const limit = 4294967296 - (4294967296 % bound);
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value % bound;
    }
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
