import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { ProblemCollector } from '../../stacks/collect-problems.ts';

const refuseOdd = (item: number) => {
  if (item % 2 === 1) throw new InvalidInput(`input ${item}`, []);
  return item * 10;
};

describe('collected problems of a synthesis', () => {
  it('returns the other results, and throws nothing without a problem', async () => {
    const refusals = new ProblemCollector();
    expect(await refusals.without([0, 2], refuseOdd)).toEqual([0, 20]);
    expect(() => refusals.throwAny()).not.toThrow();
  });

  it('throws a single problem unchanged', async () => {
    const refusals = new ProblemCollector();
    expect(await refusals.without([0, 1, 2], refuseOdd)).toEqual([0, 20]);
    expect(() => refusals.throwAny()).toThrow(InvalidInput);
  });

  it('throws several problems together, of different kinds of input', async () => {
    const refusals = new ProblemCollector();
    await refusals.without([1, 2], refuseOdd);
    await refusals.without([3], async (item) => refuseOdd(item));
    let thrown: unknown;
    try {
      refusals.throwAny();
    } catch (error) {
      thrown = error;
    }
    const subjects = thrown instanceof AggregateError && thrown.errors.map(({ subject }) => subject);
    expect(subjects).toEqual(['input 1', 'input 3']);
  });

  it('throws a fault of the program at once', async () => {
    const fault = new TypeError('x is not a function');
    const run = new ProblemCollector().without([1], () => {
      throw fault;
    });
    await expect(run).rejects.toBe(fault);
  });
});
