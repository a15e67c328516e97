/** Length of the longest text that is compared; longer ones are not typing errors. */
const MAX_LENGTH = 80;

/**
 * The candidate that a typing error most likely meant: the smallest Levenshtein distance without regard to case,
 * at most a third of the length. Undefined when none is near.
 */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const near = candidates
    .map((candidate) => ({ candidate, distance: levenshtein(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(text.length, candidate.length) / 3);
  return near.sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** Wagner and Fischer, 1974, in one row. */
function levenshtein(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    let diagonal = i - 1;
    row[0] = i;
    for (let j = 1; j <= b.length; j += 1) {
      const above = row[j] as number; // j <= b.length
      const left = row[j - 1] as number; // j >= 1
      row[j] = Math.min(above + 1, left + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1));
      diagonal = above;
    }
  }
  return row[b.length] as number; // the last of the row
}
