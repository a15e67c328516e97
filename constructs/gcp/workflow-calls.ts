import type { FunctionName } from '../../lambdas/functions.ts';
import { expression, failureCode, type NamedStep, type Subworkflow, stateField } from './workflow-source.ts';

/** Waits before further attempts: each twice the one before, up to the longest. */
export interface Waits {
  /** Attempts after the first. */
  readonly times: number;
  readonly firstSec: number;
  /** @default - no bound */
  readonly longestSec?: number;
}

/** A call outlasts its function by this, so that Cloud Run's own time-out comes first. */
const GRACE_SEC = 15;

/** 30, 60, 120 and 240 s: a right that was just given may take seven minutes to be known everywhere. */
const RIGHTS_WAITS: Waits = { times: 4, firstSec: 30 };

/** Variable with the answer of the last call. */
export const ANSWER = 'answer';

/** The environment variable with the URL of a function: `URL_GROUND_TRUTH`. */
export const variableOf = (name: FunctionName): string => `URL_${name.replaceAll('-', '_').toUpperCase()}`;

const MAY_PASS = 'mayPass';
const MAY_BE_ALLOWED = 'mayBeAllowed';

const status = (code: number): string => `map.get(e, "code") == ${code}`;
const tag = (name: string): string => `"${name}" in e.tags`;
const predicate = (
  name: string,
  ...conditions: readonly string[]
): Readonly<Record<string, Subworkflow>> => ({
  [name]: { params: ['e'], steps: [{ [`${name}Is`]: { return: expression(conditions.join(' or ')) } }] },
});

/**
 * Subworkflows that decide about another attempt.
 *
 * - `mayPass`: what `http.default_retry_predicate` retries, which is meant for calls that may be repeated
 *   (cloud.google.com/workflows/docs/reference/stdlib/http/default_retry_predicate). Our functions answer 503 for a
 *   failure that may pass and 500 for one that does not, with a code. A 500 without a code is Cloud Run's own: the
 *   instance ended before its function did, out of memory for example.
 * - `mayBeAllowed`: a right takes minutes to arrive (cloud.google.com/iam/docs/access-change-propagation), so the first
 *   call of a run waits for it. A later call is not repeated for a missing right.
 */
export const PREDICATES: Readonly<Record<string, Subworkflow>> = {
  ...predicate(
    MAY_PASS,
    ...[429, 502, 503, 504].map(status),
    `(${status(500)} and ${failureCode('e')} == null)`,
    ...['ConnectionError', 'ConnectionFailedError', 'TimeoutError'].map(tag),
  ),
  ...predicate(MAY_BE_ALLOWED, status(403), tag('AuthError')),
};

/** The policy of repeating a call (cloud.google.com/workflows/docs/reference/syntax/retrying). */
const retry = (name: string, { times, firstSec, longestSec }: Waits) => ({
  predicate: expression(name),
  max_retries: times,
  backoff: {
    initial_delay: firstSec,
    max_delay: longestSec ?? firstSec * 2 ** (times - 1),
    multiplier: 2,
  },
});

/** Input of a function: constants, and fields of the state by name. */
export interface CallInput {
  readonly constants?: Readonly<Record<string, string>>;
  readonly fields: readonly string[];
}

/**
 * A call of a function, with its attempts. The token is that of the workflow's service account, made for this function
 * (cloud.google.com/workflows/docs/authenticate-from-workflow). A request takes at most 1,800 s.
 *
 * @param timeoutSec - Time-out of the function itself.
 */
export function callOf(
  name: FunctionName,
  timeoutSec: number,
  { constants, fields }: CallInput,
  waits: Waits,
): Readonly<Record<string, unknown>> {
  const url = expression(`sys.get_env("${variableOf(name)}")`);
  const ofState = fields.map((field) => [field, expression(stateField(field))] as const);
  return {
    try: {
      call: 'http.post',
      args: {
        url,
        auth: { type: 'OIDC', audience: url },
        timeout: timeoutSec + GRACE_SEC,
        body: { ...constants, ...Object.fromEntries(ofState) },
      },
      result: ANSWER,
    },
    retry: retry(MAY_PASS, waits),
  };
}

/** A step that waits until its call is allowed. */
export const whenAllowed = (step: string, call: Readonly<Record<string, unknown>>): NamedStep => ({
  [`${step}Allowed`]: { try: { steps: [{ [step]: call }] }, retry: retry(MAY_BE_ALLOWED, RIGHTS_WAITS) },
});
