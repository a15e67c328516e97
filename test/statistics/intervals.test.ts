import { describe, expect, it } from 'vitest';
import { isHeld } from './cell.ts';
import { rankCells } from './intervals.ts';

describe('95 % intervals', () => {
  it('hold the true AUC of 20 positives and 180 negatives, and are not wider than they need be', () => {
    const cells = [...rankCells({ positives: 20, negatives: 180, auc: 0.76, spread: 1 }, 300, 1)];
    expect(cells.filter((cell) => !isHeld(cell))).toEqual([]);
    expect(cells).toHaveLength(2);
  });
});
