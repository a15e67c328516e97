/**
 * p-values of one family, each corrected for all of them: the chance that any true null hypothesis has a corrected value
 * of at most `a` is at most `a`, whatever the tests depend on (Holm, A simple sequentially rejective multiple test
 * procedure, 1979; R's `p.adjust(method = "holm")`). A rate of false discoveries would be the wrong promise here: a
 * single false alert is a retraining.
 */
export function holm(pValues: readonly number[]): number[] {
  const corrected = pValues.map(() => 1);
  let largest = 0;
  [...pValues.entries()]
    .sort(([, a], [, b]) => a - b)
    .forEach(([position, pValue], smaller) => {
      largest = Math.max(largest, Math.min(1, (pValues.length - smaller) * pValue));
      corrected[position] = largest;
    });
  return corrected;
}
