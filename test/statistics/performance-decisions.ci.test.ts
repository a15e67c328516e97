import { describe, expect, it } from 'vitest';
import { cellLine } from './cell.ts';
import { table } from './performance-decisions.ts';

describe('the table of decisions on performance', () => {
  it('holds every cell to its bar', async () => {
    const missed: string[] = [];
    for await (const cell of table.cells({ runs: 200, seed: 3 })) {
      if (cell.atMost === undefined) continue;
      const error = 3 * Math.sqrt((cell.atMost * (1 - cell.atMost)) / 200);
      if (!(cell.value <= cell.atMost + error)) missed.push(cellLine(cell));
    }
    expect(missed).toEqual([]);
  });
});
