import { describe, expect, it } from 'vitest';
import { cellLine, isHeld } from './cell.ts';

describe('a cell of a simulation', () => {
  it('is held between its bars, both included', () => {
    expect(
      [0.92, 0.93, 0.97, 0.98].map((value) =>
        isHeld({ name: 'coverage', value, atLeast: 0.93, atMost: 0.97 }),
      ),
    ).toEqual([false, true, true, false]);
  });

  it('is never held when nothing was measured', () => {
    expect(isHeld({ name: 'empty', value: Number.NaN })).toBe(false);
  });

  it('marks a missed bar in print', () => {
    expect(cellLine({ name: 'false calls', value: 0.02, atMost: 0.015 })).toMatch(
      /^✖ false calls +0\.0200 {2}at most 0\.015$/,
    );
  });
});
