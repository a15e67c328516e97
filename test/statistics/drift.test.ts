import { expect, it } from 'vitest';
import { cellLine, isHeld } from './cell.ts';
import { createPopulation } from './drift/population.ts';
import { CHANGES, powerCells, stableCells } from './drift.ts';

it('calls few windows drifted in which nothing changed, and finds a change of one of 20 features', () => {
  const population = createPopulation(1, 10_000);
  const one = { seed: 1, references: [1_000] };
  const small = CHANGES.filter(({ rows }) => rows === 1_000);
  const cells = [
    ...stableCells(population, { ...one, runs: 30, windows: [200] }),
    ...powerCells(population, { ...one, runs: 10, changes: small }),
  ];
  expect(cells).toHaveLength(2);
  expect(cells.filter((cell) => !isHeld(cell)).map(cellLine)).toEqual([]);
});
