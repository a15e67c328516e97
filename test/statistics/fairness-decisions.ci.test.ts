import { describe, expect, it } from 'vitest';
import { cellLine } from './cell.ts';
import { table } from './fairness-decisions.ts';

describe('the table of decisions on fairness', () => {
  it('holds every cell to its bar', async () => {
    const missed: string[] = [];
    const error = 3 * Math.sqrt((0.05 * 0.95) / 200);
    for await (const cell of table.cells({ runs: 200, seed: 3 })) {
      const { value, atLeast = 0, atMost = 1 } = cell;
      if (!(value >= atLeast - error && value <= atMost + error)) missed.push(cellLine(cell));
    }
    expect(missed).toEqual([]);
  });
});
