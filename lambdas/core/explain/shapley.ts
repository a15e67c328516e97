/**
 * The Shapley values of one leaf.
 *
 * A leaf is reached when the conditions of all d features on its path hold. For feature j, o is 1 when the row's own
 * value meets them. z is the share of training rows that meet them (product of cover ratios). With the features in S
 * known and the others averaged, the leaf adds value * prod_{S} o_j * prod_{not S} z_j, so that
 *
 *   phi_i = value * (o_i - z_i) * sum_k  k! (d-1-k)! / d!  *  [x^k] prod_{j != i} (z_j + o_j x)
 *
 * (Lundberg et al. 2020, "From local explanations to global understanding", Nature Machine Intelligence 2, the
 * path-dependent value function; its Algorithm 2 sums the same over all leaves at once.)
 */

/**
 * Writes the Shapley value of each of a path's features to `out` from `at` on.
 *
 * @param value - The leaf's contribution to the margin.
 * @param shares - z of each feature on the path, 0 to 1.
 * @param met - Bit j is 1 when the row meets all conditions on feature j.
 */
export function leafValues(
  value: number,
  shares: Float64Array,
  met: number,
  out: Float64Array,
  at: number,
): void {
  const d = shares.length;
  for (let i = 0; i < d; i++) {
    const o = (met >>> i) & 1;
    const coefficients = coefficientsWithout(i, shares, met);
    // k! (d-1-k)! / d!, from k = 0 on: each is the one before times k / (d - k).
    let weight = 1 / d;
    let sum = 0;
    for (let k = 0; k < d; k++) {
      if (k > 0) weight *= k / (d - k);
      sum += weight * (coefficients[k] as number); // d coefficients
    }
    out[at + i] = value * (o - (shares[i] as number)) * sum;
  }
}

/** Coefficients of the product of (z_j + o_j x) over all features but one. */
function coefficientsWithout(left: number, shares: Float64Array, met: number): Float64Array {
  const coefficients = new Float64Array(shares.length);
  coefficients[0] = 1;
  let degree = 0;
  for (let j = 0; j < shares.length; j++) {
    if (j === left) continue;
    const z = shares[j] as number;
    const o = (met >>> j) & 1;
    degree++;
    for (let k = degree; k > 0; k--)
      coefficients[k] = (coefficients[k] as number) * z + (coefficients[k - 1] as number) * o;
    coefficients[0] = (coefficients[0] as number) * z;
  }
  return coefficients;
}
