import { InvalidInput } from '../errors.ts';
import { checkSteps, type QueryStep } from './check-steps.ts';

/**
 * One SELECT out of steps: the earlier ones as CTEs, the last one as a subquery, since it may have a WITH of its own.
 *
 * A step sees the steps before it. Inside step `orders`, `orders` is still the database's own table.
 *
 * @param steps - At least one; to export an earlier step, pass the steps up to it.
 * @throws InvalidInput with `source/…` problems
 */
export function compose(steps: readonly QueryStep[]): string {
  const problems = checkSteps(steps);
  const last = steps.at(-1);
  if (last === undefined || problems.length > 0) throw new InvalidInput('the source', problems);
  const earlier = steps.slice(0, -1);
  if (earlier.length === 0) return last.query;
  // The line breaks end a comment in the last line of a query.
  const ctes = earlier.map(({ name, query }) => `"${name}" as (\n${query}\n)`);
  return `with ${ctes.join(', ')}\nselect * from (\n${last.query}\n) as "${last.name}"`;
}
