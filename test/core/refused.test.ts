import { describe, expect, it } from 'vitest';
import { isTooMuch, RefusedCounter, refusedText } from '../../lambdas/core/refused.ts';

const reason = (code: string, field = '') => ({ code, field });

describe('refusals', () => {
  it('counts refusals by code and field, the most frequent first, equal ones by name', () => {
    const counter = new RefusedCounter();
    for (const field of ['features.b', 'features.a', 'features.c', 'features.c'])
      counter.add(reason('x', field));
    counter.add(reason('y'), 2);
    expect(counter.result()).toEqual([
      { code: 'x', field: 'features.c', count: 2 },
      { code: 'y', field: '', count: 2 },
      { code: 'x', field: 'features.a', count: 1 },
      { code: 'x', field: 'features.b', count: 1 },
    ]);
  });

  it('keeps the fields of a thousand reasons apart, and counts every one', () => {
    const counter = new RefusedCounter();
    for (let i = 0; i < 1_500; i += 1) counter.add(reason('x', `${i}`));
    counter.add(reason('x', '0'));
    expect(counter.result().slice(0, 2)).toEqual([
      { code: 'x', field: '', count: 500 },
      { code: 'x', field: '0', count: 2 },
    ]);
    expect(counter.result().reduce((sum, { count }) => sum + count, 0)).toBe(1_501);
  });

  it.each([
    [2, 49, false],
    [1, 50, false],
    [2, 50, true],
    [0, 0, false],
  ])('checks whether %i of %i are too many, above 2 %% and of 50 or more: %s', (refused, of, much) => {
    expect(isTooMuch(refused, of, 0.02)).toBe(much);
  });

  it('prints three reasons as text, and how many more there are', () => {
    expect(refusedText([])).toBe('');
    const counts = [1_234, 5, 4, 3, 2].map((count, i) => ({
      code: `c${i}`,
      field: i === 1 ? '' : 'f',
      count,
    }));
    expect(refusedText(counts.slice(0, 2))).toBe('1,234 c0 at f, 5 c1');
    expect(refusedText(counts)).toBe('1,234 c0 at f, 5 c1, 4 c2 at f, 2 more reasons');
  });
});
