import { describe, expect, it } from 'vitest';
import { flexSize, LARGEST_APP_MB } from '../../../../constructs/config/limits/azure-flex.ts';
import { FUNCTIONS } from '../../../../lambdas/functions.ts';

describe('the size of an instance of Flex Consumption', () => {
  // Sizes that Azure offers for FC1 (`instanceMemoryMB` in Az.Functions 4.3.0), with the cores of its page.
  it.each([
    [1, 512, 0.25],
    [512, 512, 0.25],
    [513, 2_048, 1],
    [2_048, 2_048, 1],
    [3_000, 4_096, 2],
    [4_096, 4_096, 2],
  ])('has, for %i MB, %i MB and %d cores', (needed, memoryMb, cores) => {
    expect(flexSize({ memoryMb: needed })).toEqual({ memoryMb, cores });
  });

  it('is refused for more memory than any has', () => {
    expect(() => flexSize({ memoryMb: LARGEST_APP_MB + 1 })).toThrow('no instance has 4097 MB');
  });

  it.each(Object.entries(FUNCTIONS))('exists for the function %s', (_, { needs }) => {
    expect(flexSize(needs).memoryMb).toBeGreaterThanOrEqual(needs.memoryMb);
  });
});
