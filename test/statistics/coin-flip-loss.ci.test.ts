import { expect, it } from 'vitest';
import { isHeld } from './cell.ts';
import { table } from './coin-flip-loss.ts';

it('tells losses of labels by coin flip that hold on new rows, in every cell', async () => {
  for await (const cell of table.cells({ runs: 6, seed: 1 })) expect(cell).toSatisfy(isHeld);
});
