import { InvalidInput } from '../lambdas/core/errors.ts';

/** Gathers what is refused, so that one blueprint or environment does not hide what is wrong with another. */
export class ProblemCollector {
  private readonly errors: InvalidInput[] = [];

  /** Returns the result of `make` for each item that is not refused. */
  async without<T, R>(items: readonly T[], make: (item: T) => R | Promise<R>): Promise<R[]> {
    const made: R[] = [];
    for (const item of items) {
      try {
        made.push(await make(item));
      } catch (error) {
        const refused: unknown[] = error instanceof AggregateError ? error.errors : [error];
        for (const one of refused) {
          if (!(one instanceof InvalidInput)) throw error;
          this.errors.push(one);
        }
      }
    }
    return made;
  }

  /** @throws InvalidInput, or an AggregateError of several */
  throwAny(): void {
    const [first, ...others] = this.errors;
    if (others.length > 0) throw new AggregateError(this.errors, 'several inputs are refused');
    if (first !== undefined) throw first;
  }
}
