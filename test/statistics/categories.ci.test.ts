import { expect } from 'vitest';
import { itWith } from '../support/tools.ts';
import { peers, table } from './categories.ts';
import { isHeld } from './cell.ts';

itWith(peers, 'ranks new rows as well as the better of two peers, whatever the categories', async () => {
  for await (const cell of table.cells({ runs: 2, seed: 1 })) expect(cell).toSatisfy(isHeld);
});
