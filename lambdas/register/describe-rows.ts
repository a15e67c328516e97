import type { DataFacts } from '../stores/runs.ts';

/**
 * Describes which rows were held out, and counts the rows that neither training nor holdout used.
 *
 * @param count - How numbers are printed. @default String
 */
export function describeHoldout(
  { holdoutRows, split }: Pick<DataFacts, 'holdoutRows' | 'split'>,
  count: (rows: number) => string = String,
): string {
  const held = count(holdoutRows);
  if (split === undefined) return `${held} held out`; // a record from before it was kept
  if (split.kind === 'hash') return `${held} of other keys held out`;
  const unused = [
    ...(split.gapRows > 0 ? [`${count(split.gapRows)} in the gap of ${split.gapDays} days before them`] : []),
    ...(split.knownKeyRows > 0 ? [`${count(split.knownKeyRows)} newer ones of keys in training`] : []),
  ];
  const newest = `the newest ${held}${split.keys === 'new-only' ? ' of new keys' : ''} held out`;
  return unused.length === 0 ? newest : `${newest}; used by neither: ${unused.join(', ')}`;
}

/** Describes the rows that were quarantined before training: `3 csv/not-a-number, 1 prepare/no-key`. */
export function describeQuarantined(counts: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(counts).map(([reason, rows]) => `${rows} ${reason}`);
  return reasons.length === 0 ? 'none' : reasons.join(', ');
}
