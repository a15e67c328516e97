import { describe, expect, it } from 'vitest';
import { processMemory } from '../../../lambdas/adapters/shared/process-memory.ts';

const NUMBERS = 16_000_000; // 122 MB

/** Holds so many numbers and nothing afterwards. Written to, or the system would give no memory for them. */
function holdAndDrop(usedMb: () => number): number {
  const held = new Float64Array(NUMBERS).fill(1);
  const used = usedMb();
  expect(held[NUMBERS - 1]).toBe(1);
  return used;
}

describe('processMemory', () => {
  it('counts what the process holds, and has the limit that it was given', () => {
    const memory = processMemory(3_008);
    const before = memory.usedMb();
    expect(memory.limitMb).toBe(3_008);
    expect(before).toBeGreaterThan(20);
    const during = holdAndDrop(memory.usedMb);
    expect(during - before).toBeGreaterThan(100);
    expect(memory.peakMb()).toBeGreaterThanOrEqual(during - 1);
  });

  it('gives back what nothing refers to when it collects', async () => {
    const memory = processMemory(3_008);
    const during = holdAndDrop(memory.usedMb);
    await expect
      .poll(() => {
        memory.collect();
        return during - memory.usedMb();
      })
      .toBeGreaterThan(60);
  });
});
