import { expect, it } from 'vitest';
import { isHeld } from './cell.ts';
import { table } from './coin-flip-loss.ts';

it('tells a loss of labels by coin flip that holds on new rows', () => {
  const [stopping] = table.cells({ runs: 3, seed: 100 }) as Iterable<Parameters<typeof isHeld>[0]>;
  expect(stopping).toSatisfy(isHeld);
});
