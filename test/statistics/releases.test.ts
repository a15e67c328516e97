import { expect, it } from 'vitest';
import { cellLine, isHeld } from './cell.ts';
import { cellsAt } from './releases.ts';

it('A healthy release at 2,000 requests a day is promoted, and one twice as bad is not', () => {
  const cells = [...cellsAt(2_000, { runs: 60, seed: 2 })];
  expect(cells.filter((cell) => !isHeld(cell)).map(cellLine)).toEqual([]);
});
