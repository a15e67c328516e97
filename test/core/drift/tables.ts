/** Tables for the drift tests. */

import type { Column, Table } from '../../../lambdas/core/table/table.ts';

export function numeric(values: ArrayLike<number>): Column {
  return { kind: 'numeric', values: Float64Array.from(values) };
}

/** A category column; null is missing. */
export function category(values: readonly (string | null)[]): Column {
  const dictionary = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value)));
  return { kind: 'category', codes, dictionary };
}

export function table(columns: Readonly<Record<string, Column>>): Table {
  const [first] = Object.values(columns);
  const rows = first === undefined ? 0 : first.kind === 'numeric' ? first.values.length : first.codes.length;
  return { rows, columns: new Map(Object.entries(columns)) };
}

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** n numbers, about normal with deviation 1 (sum of 12 uniforms). */
export function normal(n: number, seed: number, shift = 0): Float64Array {
  const next = uniform(seed);
  return Float64Array.from({ length: n }, () => {
    let total = shift - 6;
    for (let i = 0; i < 12; i++) total += next();
    return total;
  });
}
