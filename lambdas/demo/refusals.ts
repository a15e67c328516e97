/** Counts the requests that were refused while windows were replayed, and decides when they are too many. */

import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { count } from '../core/format.ts';
import { isTooMuch } from '../core/refused.ts';
import type { Ports } from '../ports/index.ts';
import {
  mostFrequentFirst,
  type Refusal,
  refusalText,
  refusedIn,
  type TooManyRefused,
  type WindowAnswers,
} from '../report/refusals.ts';
import { type Prediction, readPredictions } from '../stores/predictions.ts';
import { readRelease } from '../stores/release.ts';
import type { HttpAnswer } from './http-client.ts';
import type { ReplayWindow } from './timeline.ts';

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
  return isTooMuch(refused, of, maxShare) ? { window: window.number, refused, of, maxShare } : null;
}
