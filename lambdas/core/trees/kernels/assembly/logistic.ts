/** Derivatives of the logistic loss, two rows at a time. */

/** As in sigmoid.ts, whose bits these are. */
const LARGEST: f64 = 87;
const LOG2E: f64 = 1.4426950408889634;
const LN2: f64 = 0.6931471805599453;
/** XGBoost's smallest second derivative. */
const LEAST_SECOND: f64 = 1e-16;

@inline
function sigmoid(x: v128): v128 {
  const y = f64x2.max(f64x2.splat(-LARGEST), f64x2.min(f64x2.splat(LARGEST), f64x2.neg(x)));
  const k = f64x2.floor(f64x2.add(f64x2.mul(y, f64x2.splat(LOG2E)), f64x2.splat(0.5)));
  const r = f64x2.sub(y, f64x2.mul(k, f64x2.splat(LN2)));
  let series = f64x2.add(f64x2.splat(1.0 / 720), f64x2.div(r, f64x2.splat(5040)));
  series = f64x2.add(f64x2.splat(1.0 / 120), f64x2.mul(r, series));
  series = f64x2.add(f64x2.splat(1.0 / 24), f64x2.mul(r, series));
  series = f64x2.add(f64x2.splat(1.0 / 6), f64x2.mul(r, series));
  series = f64x2.add(f64x2.splat(1.0 / 2), f64x2.mul(r, series));
  series = f64x2.add(f64x2.splat(1), f64x2.mul(r, series));
  series = f64x2.add(f64x2.splat(1), f64x2.mul(r, series));
  // 2^k: the exponent's bits of a double.
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k));
  const power = i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
  return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), f64x2.mul(power, series)));
}

/**
 * Writes first and second derivative of each row's loss, times its weight: (p - y) w and p (1 - p) w.
 *
 * @param margins - float32, room for an even number.
 * @param labels - Doubles, room for an even number; so are the weights.
 * @param pairs - Two doubles per row, room for an even number of rows.
 */
export function logisticPairs(margins: usize, labels: usize, weights: usize, pairs: usize, rows: i32): void {
  for (let row = 0; row < rows; row += 2) {
    const at = <usize>row << 3;
    const p = sigmoid(f64x2.promote_low_f32x4(v128.load64_zero(margins + (<usize>row << 2))));
    const weight = v128.load(weights + at);
    const first = f64x2.mul(f64x2.sub(p, v128.load(labels + at)), weight);
    const whole = f64x2.mul(p, f64x2.sub(f64x2.splat(1), p));
    const second = f64x2.mul(f64x2.max(whole, f64x2.splat(LEAST_SECOND)), weight);
    v128.store(pairs + (at << 1), v128.shuffle<u64>(first, second, 0, 2));
    v128.store(pairs + (at << 1) + 16, v128.shuffle<u64>(first, second, 1, 3));
  }
}
