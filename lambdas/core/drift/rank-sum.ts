import { chiSquareTail } from '../numeric/distributions.ts';
import { type Counts, sum } from './psi-and-tests.ts';

/**
 * The two-sided rank-sum test of counts over ordered bins, values of one bin as ties: the normal law with the correction
 * for ties and for continuity (Mann and Whitney, 1947; SciPy's `mannwhitneyu(method="asymptotic")`). It finds a shifted
 * middle with fewer rows than Kolmogorov and Smirnov's, which finds every change of shape.
 *
 * @returns 1 when all values are in one bin
 */
export function rankSumPValue(reference: Counts, current: Counts): number {
  const [n, m] = [sum(reference), sum(current)];
  const rows = n + m;
  let [below, wins, ties] = [0, 0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    const [was, is] = [reference[bin] as number, current[bin] as number]; // as long
    const tied = was + is;
    wins += is * (below + was / 2);
    ties += tied * (tied * tied - 1);
    below += was;
  }
  const variance = ((n * m) / 12) * (rows + 1 - ties / (rows * (rows - 1)));
  if (!(variance > 0)) return 1;
  const distance = Math.max(0, Math.abs(wins - (n * m) / 2) - 0.5);
  return chiSquareTail((distance * distance) / variance, 1);
}
