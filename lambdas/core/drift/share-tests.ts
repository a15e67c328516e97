/** Exact tests of shares: of one value among many, and of all of them together. */

import { fisherEither } from '../numeric/hypergeometric.ts';
import { type Counts, chiSquareHomogeneity, sum } from './psi-and-tests.ts';

/** An effect, and how likely one at least this large is when nothing has changed. */
export interface Tested {
  readonly effect: number;
  readonly pValue: number;
}

/** Rows of each of some values, and of all values together. */
export interface ValueCounts {
  readonly counts: Counts;
  readonly rows: number;
}

/** Rows that each group of the omnibus test is expected to have, in either sample: chi-square's law holds from there. */
const MIN_EXPECTED = 10;

/**
 * The share that moved most clearly, among values that may each have moved: Fisher's exact tests, times the number of
 * values that could show a change of at least `least` at all (Tarone, A modified Bonferroni method for discrete data,
 * 1990). That number follows from both samples together, which chance does not change. So rare values cost nothing.
 *
 * @param least - Smallest change of a share that counts, 0 to 1.
 * @param floor - Changes beyond this are told before others, 0 to 1.
 * @param level - Largest probability at which any test is judged.
 * @returns undefined when no value could show it
 */
export function largestMove(
  reference: ValueCounts,
  current: ValueCounts,
  { least, floor, level }: { readonly least: number; readonly floor: number; readonly level: number },
): Tested | undefined {
  const [n, m] = [reference.rows, current.rows];
  const attainable: number[] = [];
  const leastOf = new Map<number, number>(); // by the rows of a value: most are rare, and alike
  let best: Tested | undefined;
  for (let value = 0; value < reference.counts.length; value++) {
    const [a, b] = [reference.counts[value] as number, current.counts[value] as number]; // as long
    const total = a + b;
    if (Math.max(Math.min(total, n) / n, Math.min(total, m) / m) <= least) continue;
    const leastP = leastOf.get(total) ?? leastPValue(total, n, m);
    leastOf.set(total, leastP);
    attainable.push(leastP);
    const effect = Math.abs(a / n - b / m);
    if (effect <= least) continue;
    const pValue = fisherEither({ count: a, rows: n }, { count: b, rows: m });
    if (best === undefined || isClearer({ effect, pValue }, best, floor)) best = { effect, pValue };
  }
  const tests = testable(attainable, level);
  if (tests === 0) return undefined;
  return best === undefined
    ? { effect: 0, pValue: 1 }
    : { ...best, pValue: Math.min(1, best.pValue * tests) };
}

/** A change beyond the floor before one within it, then the less likely one. */
function isClearer(one: Tested, other: Tested, floor: number): boolean {
  const beyond = Number(one.effect > floor) - Number(other.effect > floor);
  return beyond > 0 || (beyond === 0 && one.pValue < other.pValue);
}

/** The smallest p-value that a value with this many rows in both samples can have. */
function leastPValue(total: number, n: number, m: number): number {
  const [most, least] = [Math.min(total, m), Math.max(0, total - n)];
  const at = (b: number) => fisherEither({ count: total - b, rows: n }, { count: b, rows: m });
  return Math.min(at(most), at(least));
}

/** Tarone's number: the least k such that at most k tests can reach `level / k`. */
function testable(attainable: readonly number[], level: number): number {
  const ascending = [...attainable].sort((a, b) => a - b);
  let k = 0;
  // Grows while one test more than k could reach the level.
  while (k < ascending.length && (ascending[k] as number) <= level / Math.max(1, k)) k++;
  return k;
}

/**
 * Whether all the shares moved together: Pearson's chi-square over the values that are expected in both samples, all
 * others as one group. The effect is the total variation: the share of the rows that would have to change.
 *
 * @returns undefined with fewer than three groups, about which {@link largestMove} says the same
 */
export function manyMoves(reference: ValueCounts, current: ValueCounts): Tested | undefined {
  const [n, m] = [reference.rows, current.rows];
  const common = Array.from(reference.counts).flatMap((a, value) => {
    const b = current.counts[value] as number; // as long
    return ((a + b) * Math.min(n, m)) / (n + m) >= MIN_EXPECTED ? [[a, b] as const] : [];
  });
  const [was, is] = [common.map(([a]) => a), common.map(([, b]) => b)];
  const others = [n - sum(was), m - sum(is)] as const;
  const enough = ((others[0] + others[1]) * Math.min(n, m)) / (n + m) >= MIN_EXPECTED;
  if (enough || common.length === 0) {
    was.push(others[0]);
    is.push(others[1]);
  } else {
    // Too few for a group: they join the last one.
    was.push((was.pop() as number) + others[0]);
    is.push((is.pop() as number) + others[1]);
  }
  if (was.length < 3) return undefined;
  const effect = was.reduce((total, a, group) => total + Math.abs(a / n - (is[group] as number) / m), 0) / 2;
  return { effect, pValue: chiSquareHomogeneity(was, is).pValue };
}
