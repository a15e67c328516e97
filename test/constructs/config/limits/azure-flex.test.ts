import { describe, expect, it } from 'vitest';
import { flexSize, LARGEST_APP_MB } from '../../../../constructs/config/limits/azure-flex.ts';
import { FUNCTIONS } from '../../../../lambdas/functions.ts';

describe('the size of an instance of Flex Consumption', () => {
  // Sizes that Azure offers for FC1 (`instanceMemoryMB` in Az.Functions 4.3.0), with the cores of its page.
  it.each([
    { needed: 1, memoryMb: 512, cores: 0.25 },
    { needed: 512, memoryMb: 512, cores: 0.25 },
    { needed: 513, memoryMb: 2_048, cores: 1 },
    { needed: 2_048, memoryMb: 2_048, cores: 1 },
    { needed: 3_000, memoryMb: 4_096, cores: 2 },
    { needed: 4_096, memoryMb: 4_096, cores: 2 },
  ])('is $memoryMb MB with $cores cores for $needed MB', ({ needed, ...size }) => {
    expect(flexSize({ memoryMb: needed })).toEqual(size);
  });

  it('is refused for more memory than any has', () => {
    expect(() => flexSize({ memoryMb: LARGEST_APP_MB + 1 })).toThrow('no instance has 4097 MB');
  });

  it.each(Object.entries(FUNCTIONS))('exists for the function %s', (_, { needs }) => {
    expect(flexSize(needs).memoryMb).toBeGreaterThanOrEqual(needs.memoryMb);
  });
});
