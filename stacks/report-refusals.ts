import { describeProblem, InvalidInput } from '../lambdas/core/errors.ts';

/**
 * Prints every refusal with all of its problems, and lets the process fail.
 *
 * @throws the error itself where it is not a refusal
 */
export function reportRefusals(error: unknown): void {
  const refusals: unknown[] = error instanceof AggregateError ? error.errors : [error];
  for (const refusal of refusals) {
    if (!(refusal instanceof InvalidInput)) throw error;
    const lines = refusal.problems.map((problem) => `  ${describeProblem(problem)} [${problem.code}]`);
    process.stderr.write(`✖ ${refusal.subject}\n${lines.join('\n')}\n`);
  }
  process.exitCode = 1;
}
