/** Sizes of a Lambda function: for the construct that makes one, and for checks before a deployment. */

/** The longest that a function may run, in seconds (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
export const LAMBDA_TIMEOUT_SEC = 900;

/**
 * The most memory that functions of a new account may have (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
 * No service shows an account's own limit before a deployment.
 */
export const MOST_MEMORY_MB = 3_008;

/** The most memory that Lambda gives a function of any account, MB (same page). */
export const LARGEST_MEMORY_MB = 10_240;

/** A core comes with each of these (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const MB_PER_CORE = 1_769;

/**
 * Returns the memory that a function is deployed with, in MB: enough for its memory and for its cores. It has fewer
 * cores where these would take more memory than a new account has.
 *
 * @param needs - `cores` above 0, fractions allowed; `memoryMb` from 128 to {@link MOST_MEMORY_MB}.
 */
export function lambdaMemoryMb(needs: { readonly cores: number; readonly memoryMb: number }): number {
  return Math.max(needs.memoryMb, Math.min(Math.ceil(needs.cores * MB_PER_CORE), MOST_MEMORY_MB));
}
