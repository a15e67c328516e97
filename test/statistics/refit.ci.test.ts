import { expect, it } from 'vitest';
import { isHeld } from './cell.ts';
import { table } from './refit.ts';

it('learns more from all rows than from those that decide nothing, over many worlds', async () => {
  for await (const cell of table.cells({ runs: 15, seed: 1 })) expect(cell).toSatisfy(isHeld);
});
