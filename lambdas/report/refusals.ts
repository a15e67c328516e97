/** Requests and rows that were refused: the reasons, how often, and as text. */

import { count } from '../core/format.ts';
import { refusedText } from '../core/refused.ts';

/** Requests refused for one reason. */
export interface Refusal {
  /** 400: before any version saw the request; 422: by the version that answered. */
  readonly status: number;
  readonly code: string;
  /** `features.age`; empty for the request as a whole. */
  readonly field: string;
  readonly requests: number;
}

/** Results of the requests of a window, as their callers saw them. */
export interface WindowAnswers {
  readonly sent: number;
  /** The most frequent first. */
  readonly refusals: readonly Refusal[];
}

/** A window with more refusals by the champion than the blueprint allows. */
export interface TooManyRefused {
  readonly window: number;
  readonly refused: number;
  /** Requests that the champion answered or refused, or that were refused before it. */
  readonly of: number;
  readonly maxShare: number;
}

/** Rows of a file that cannot be read, by code and column. */
export type SetAside = Readonly<Record<string, number>>;

/** The most frequent reason first; equal ones by name. */
export function mostFrequentFirst(refusals: readonly Refusal[]): readonly Refusal[] {
  const name = ({ status, code, field }: Refusal) => `${status} ${code} ${field}`;
  return refusals.toSorted((a, b) => b.requests - a.requests || (name(a) < name(b) ? -1 : 1));
}

/** The refusals of several windows as one list. */
export function sumRefusals(windows: readonly WindowAnswers[]): readonly Refusal[] {
  const sums = new Map<string, Refusal>();
  for (const refusal of windows.flatMap(({ refusals }) => refusals)) {
    const key = `${refusal.status} ${refusal.code} ${refusal.field}`;
    const known = sums.get(key)?.requests ?? 0;
    sums.set(key, { ...refusal, requests: known + refusal.requests });
  }
  return mostFrequentFirst([...sums.values()]);
}

export const refusedIn = (refusals: readonly Refusal[]): number =>
  refusals.reduce((sum, { requests }) => sum + requests, 0);

/** The leading reasons; further ones are in `summary.json`. */
export function refusalText(refusals: readonly Refusal[]): string {
  return refusedText(refusals.map(({ code, field, requests }) => ({ code, field, count: requests })));
}

/** Rows or requests by reason, as text: `2 csv/not-a-number, 1 prepare/no-key`. */
export const reasonsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([reason, number]) => `${count(number)} ${reason}`)
    .join(', ');
