/** When drift is more than one bad day. */

/** The result of one window. */
export type DriftVerdict = 'insufficient' | 'stable' | 'drifted';

/**
 * Whether at least `n` of the last `of` windows have drifted. A window without enough rows counts as not
 * drifted. Cooling down after a retraining is the caller's: it gives only the verdicts since then.
 *
 * @param history - Oldest first.
 */
export function isDriftEpisode(
  history: readonly DriftVerdict[],
  windows: { readonly n: number; readonly of: number },
): boolean {
  return history.slice(-windows.of).filter((verdict) => verdict === 'drifted').length >= windows.n;
}
