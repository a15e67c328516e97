import type { HalfLosses } from '../trees/training/loss.ts';

/**
 * The loss that a choice may claim. The lowest of many losses is partly luck on the rows that it was measured on, so each half
 * of them measures what the other half chooses, and the two are averaged: cross-validation of the choice, after Varma and
 * Simon, "Bias in error estimation when using cross-validation for model selection", BMC Bioinformatics 7:91, 2006.
 *
 * @param options - The mean losses of both halves for everything that could have been chosen; at least one.
 */
export function lossOfChoice(options: readonly HalfLosses[]): number {
  const best = (half: 0 | 1): HalfLosses =>
    options.reduce((least, one) => (one[half] < least[half] ? one : least));
  return (best(0)[1] + best(1)[0]) / 2;
}
