/** Requests that were refused while windows were replayed: which, where, how often, and when there are too many. */

import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { refusedText } from '../core/refused.ts';
import type { Ports } from '../ports/index.ts';
import { type Prediction, readPredictions } from '../stores/predictions.ts';
import { readRelease } from '../stores/release.ts';
import type { HttpAnswer } from './client.ts';
import type { ReplayWindow } from './timeline.ts';
import { count } from './words.ts';

/** Requests refused for one reason. */
export interface Refusal {
  /** 400: before any version saw the request; 422: by the version that answered. */
  readonly status: number;
  readonly code: string;
  /** `features.age`; empty for the request as a whole. */
  readonly field: string;
  readonly requests: number;
}

/** What the requests of a window came to, as their callers saw it. */
export interface WindowAnswers {
  readonly sent: number;
  /** The most frequent first. */
  readonly refusals: readonly Refusal[];
}

/** A window in which the champion refused more than the blueprint allows. */
export interface TooManyRefused {
  readonly window: number;
  readonly refused: number;
  /** Requests that the champion answered or refused, or that were refused before it. */
  readonly of: number;
  readonly maxShare: number;
}

/** Fewer requests than this say little about a share. */
const MIN_REQUESTS = 50;
/** A refusal by the version's own features; every other one comes before a version is asked. */
const BY_VERSION = 422;

/** Counts refusals by status, code and field: each request once, by its first problem. */
export class RefusalCounter {
  readonly #found = new Map<string, Refusal>();

  add({ status, body }: HttpAnswer): void {
    const { code, path } = firstProblem(body);
    const key = `${status} ${code} ${path}`;
    const requests = (this.#found.get(key)?.requests ?? 0) + 1;
    this.#found.set(key, { status, code, field: path, requests });
  }

  get refusals(): readonly Refusal[] {
    return mostFrequentFirst([...this.#found.values()]);
  }
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly problems?: readonly { readonly code: string; readonly path: string }[];
  };
}

function firstProblem(body: string): { readonly code: string; readonly path: string } {
  try {
    const { error }: ErrorBody = JSON.parse(body); // of our own service; a body of another form has no such fields
    return error?.problems?.[0] ?? { code: error?.code ?? 'unknown', path: '' };
  } catch {
    return { code: 'unknown', path: '' }; // not JSON: something else than the service answered
  }
}

function mostFrequentFirst(refusals: readonly Refusal[]): readonly Refusal[] {
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

/** The failure that a run ends with where the champion refused too much. */
export function refusedFailure(
  { window, refused, of, maxShare }: TooManyRefused,
  refusals: readonly Refusal[],
): RuntimeFailure {
  return new RuntimeFailure(
    'local/requests-refused',
    `window ${window}: ${count(refused)} of ${count(of)} requests refused, at most ${maxShare * 100} % may be: ${refusalText(refusals)}`,
    { fix: 'declare the fields as the requests hold them, or raise source.quarantine.maxShare' },
  );
}

/** The leading reasons; further ones are in `summary.json`. */
export function refusalText(refusals: readonly Refusal[]): string {
  return refusedText(refusals.map(({ code, field, requests }) => ({ code, field, count: requests })));
}

/** Rows or requests by reason, as text: `2 csv/not-a-number, 1 prepare/no-key`. */
export const reasonsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([reason, number]) => `${count(number)} ${reason}`)
    .join(', ');

/**
 * Whether the champion refused too many requests of a window: those that no version saw, and those that its features
 * refused. A version under watch with another behind it is the release's business, and so is a challenger.
 *
 * @returns null where it did not, or where there were fewer than 50 requests
 */
export async function tooManyRefused(
  { objects }: Pick<Ports, 'objects'>,
  { source }: ModelConfig,
  window: ReplayWindow,
  { refusals }: WindowAnswers,
): Promise<TooManyRefused | null> {
  if (refusals.length === 0) return null;
  const { champion, watch, previous } = (await readRelease(objects)).state;
  const counts: Record<Prediction['status'], number> = { ok: 0, invalid: 0, error: 0 };
  for await (const { version, status } of readPredictions(objects, window))
    if (version === champion?.version) counts[status] += 1;
  const before = refusedIn(refusals.filter(({ status }) => status !== BY_VERSION));
  const refused = before + (watch !== null && previous !== null ? 0 : counts.invalid);
  const of = before + counts.ok + counts.invalid + counts.error;
  const { maxShare } = source.quarantine;
  return of >= MIN_REQUESTS && refused > maxShare * of
    ? { window: window.number, refused, of, maxShare }
    : null;
}
