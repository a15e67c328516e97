import { describe, expect, it } from 'vitest';
import { isHeld } from './cell.ts';
import { rankCells } from './intervals.ts';

describe('the 95 % interval of an AUC', () => {
  it('holds the true value of 20 positives and 180 negatives, and is not wider than it need be', () => {
    const cells = [...rankCells({ positives: 20, negatives: 180, auc: 0.76, spread: 1 }, 300, 1)];
    expect(cells.filter((cell) => !isHeld(cell))).toEqual([]);
    expect(cells).toHaveLength(2);
  });
});
