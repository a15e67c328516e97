/** Checks of `mlops doctor`, and the way they are run. */

import type { Within } from '../../lambdas/core/error-codes/index.ts';
import { describeProblem, InvalidInput, RuntimeFailure } from '../../lambdas/core/errors.ts';

/** Names of the checks. */
export type CheckId = Within<'doctor'>;

export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skipped';

/** The finding of a check. */
export interface CheckOutcome {
  readonly status: CheckStatus;
  /** The observation, or the reason why nothing was looked at. */
  readonly evidence: string;
  /** The next step for people. */
  readonly fix?: string;
}

export interface Check {
  readonly id: CheckId;
  /** @param signal - Aborted when the time is up. */
  readonly run: (signal: AbortSignal) => Promise<CheckOutcome> | CheckOutcome;
}

export interface CheckResult extends CheckOutcome {
  readonly id: CheckId;
  /** Duration, ms. */
  readonly ms: number;
}

/** A check that has found nothing by then has failed, ms. */
export const CAP_MS = 10_000;

export const pass = (evidence: string): CheckOutcome => ({ status: 'pass', evidence });
export const warn = (evidence: string, fix: string): CheckOutcome => ({ status: 'warn', evidence, fix });
export const fail = (evidence: string, fix: string): CheckOutcome => ({ status: 'fail', evidence, fix });
export const skipped = (why: string): CheckOutcome => ({ status: 'skipped', evidence: why });

/**
 * Runs all checks at once, each no longer than the cap. One that throws has failed; none stops another.
 *
 * @param onEnd - Called with each result as it comes.
 * @returns in the order of the checks
 */
export function runChecks(
  checks: readonly Check[],
  onEnd: (result: CheckResult) => void = () => {},
  capMs: number = CAP_MS,
): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async ({ id, run }) => {
      const started = performance.now();
      const stop = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<CheckOutcome>((resolve) => {
        timer = setTimeout(() => {
          stop.abort();
          resolve(
            fail(
              `no answer in ${capMs / 1000} s`,
              'check the network, the proxy and the endpoint, then run it again',
            ),
          );
        }, capMs);
      });
      const outcome = await Promise.race([late, attempt(run, stop.signal)]);
      clearTimeout(timer);
      const result = { id, ...outcome, ms: Math.round(performance.now() - started) };
      onEnd(result);
      return result;
    }),
  );
}

async function attempt(run: Check['run'], signal: AbortSignal): Promise<CheckOutcome> {
  try {
    return await run(signal);
  } catch (error) {
    if (error instanceof InvalidInput)
      return fail(error.problems.map(describeProblem).join('; '), `correct ${error.subject}`);
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const fix = error instanceof RuntimeFailure ? error.fix : undefined;
    return fail(text, fix ?? 'correct what the message names, then run it again');
  }
}
