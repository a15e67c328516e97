import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexOutcomes, type Outcome } from '../../../lambdas/core/evaluation/outcomes.ts';

const EVER = { from: 0, to: 100 };
const outcome = (id: string, at: number, label: number): Outcome => ({ id, at, label });

describe('the join of predictions and outcomes', () => {
  const { labelOf } = indexOutcomes(
    [outcome('a', 1, 10), outcome('a', 2, 20), outcome('b', 1, 30), outcome('c', 200, 40)],
    EVER,
  );

  it('joins by id and event time', () => {
    const events = [1, 2, 3].map((eventTime) => labelOf({ id: 'a', eventTime }));
    expect(events).toEqual([10, 20, undefined]);
    expect(labelOf({ id: 'c', eventTime: 200 })).toBe(40); // outside of the window too
  });

  it('joins a prediction without an event time by id alone, if one event of the window has the id', () => {
    expect(['a', 'b', 'c', 'nobody'].map((id) => labelOf({ id }))).toEqual([
      undefined,
      30,
      undefined,
      undefined,
    ]);
  });

  it('compares keys exactly, with case and spaces', () => {
    const { labelOf: read } = indexOutcomes(
      [outcome('P1', 1, 1), outcome('p1', 1, 2), outcome('P1 ', 1, 3)],
      EVER,
    );
    expect(['P1', 'p1', 'P1 ', ' P1'].map((id) => read({ id, eventTime: 1 }))).toEqual([1, 2, 3, undefined]);
    expect(read({ id: 'P1' })).toBe(1);
  });

  it('joins like a nested loop over all pairs, whatever the panel', () => {
    const id = fc.constantFrom('a', 'b', '1 a', 'A', 'a ');
    const time = fc.oneof(fc.nat(6), fc.constantFrom(0.125, -1, 99.5, 100, 1e15));
    const outcomes = fc.array(fc.tuple(id, time, fc.nat(9)), { maxLength: 25 });
    const prediction = fc.record({ id, eventTime: fc.option(time, { nil: undefined }) });
    fc.assert(
      fc.property(outcomes, prediction, (rows, asked) => {
        const known = rows.map(([name, at, label]) => outcome(name, at, label));
        const ofId = known.filter((one) => one.id === asked.id);
        const inside = ofId.filter(({ at }) => at >= EVER.from && at < EVER.to);
        const times = new Set(inside.map(({ at }) => at));
        const at = asked.eventTime ?? (times.size === 1 ? [...times][0] : undefined);
        const expected = ofId.findLast((one) => one.at === at)?.label;
        expect(indexOutcomes(known, EVER).labelOf(asked)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
