/** Why rows and requests were refused: by code and field, never by value. */

export interface RefusedReason {
  /** `features/unseen-category`. */
  readonly code: string;
  /** `features.contact`; empty for a request as a whole. */
  readonly field: string;
}

export interface RefusedCount extends RefusedReason {
  readonly count: number;
}

/** Reasons that a text names; further ones are counted. */
const SHOWN = 3;
/** Reasons kept apart; the fields of further ones are not told apart. */
const MAX_REASONS = 1_000;

/** Fewer requests than this say little about a share. */
const MIN_REQUESTS = 50;

/**
 * Whether more was refused than a blueprint allows.
 *
 * @param maxShare - `quarantine.maxShare`, between 0 and 1.
 */
export const isTooMuch = (refused: number, of: number, maxShare: number): boolean =>
  of >= MIN_REQUESTS && refused > maxShare * of;

/** Counts each refusal by its reason. */
export class RefusedCounter {
  readonly #counts = new Map<string, RefusedCount>();

  /** @param count - How many refusals have this reason. @default 1 */
  add({ code, field }: RefusedReason, count = 1): void {
    const isFull = this.#counts.size >= MAX_REASONS && !this.#counts.has(`${code} ${field}`);
    const kept = isFull ? '' : field;
    const name = `${code} ${kept}`;
    this.#counts.set(name, { code, field: kept, count: (this.#counts.get(name)?.count ?? 0) + count });
  }

  /** The most frequent first; of equal ones in the order of their names. */
  result(): RefusedCount[] {
    return [...this.#counts.entries()]
      .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
      .map(([, count]) => count);
  }
}

/** `12 request/wrong-value at features.age, 3 features/unseen-category at features.job`: the leading reasons. */
export function refusedText(counts: readonly RefusedCount[]): string {
  const shown = counts
    .slice(0, SHOWN)
    .map(
      ({ code, field, count }) =>
        `${count.toLocaleString('en-US')} ${code}${field === '' ? '' : ` at ${field}`}`,
    );
  const more = counts.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more reasons`] : [])].join(', ');
}
