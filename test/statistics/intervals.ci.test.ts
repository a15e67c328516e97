import { describe, expect, it } from 'vitest';
import { cellLine, isHeld } from './cell.ts';
import { table } from './intervals.ts';

describe('the table of 95 % intervals', () => {
  it('holds every cell to its bar', async () => {
    const missed: string[] = [];
    // Of 300 runs, 3 standard errors of a share of 0.95 are 0.04.
    for await (const cell of table.cells({ runs: 300, seed: 3 })) {
      const slack = cell.atLeast === undefined ? 0 : 0.04;
      if (!isHeld({ ...cell, value: cell.value + slack })) missed.push(cellLine(cell));
    }
    expect(missed).toEqual([]);
  });
});
