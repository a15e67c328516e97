import { expect, it } from 'vitest';
import { cellLine, isHeld } from './cell.ts';
import { table } from './drift.ts';

it('holds every cell of the table of drift in 200 windows', async () => {
  const cells = [];
  for await (const cell of table.cells({ runs: 200, seed: 11 })) cells.push(cell);
  expect(cells).toHaveLength(21);
  expect(cells.filter((cell) => !isHeld(cell)).map(cellLine)).toEqual([]);
});
