import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceSize, LARGEST_INSTANCE_MB } from '../../../../constructs/config/limits/gcp-cloud-run.ts';
import { FUNCTIONS } from '../../../../lambdas/functions.ts';

describe('the size of an instance of Cloud Run', () => {
  it.each([
    { cores: 0.1, memoryMb: 256, cpu: '0.167', memory: '256Mi', because: 'its memory needs more of a core' },
    { cores: 0.25, memoryMb: 512, cpu: '0.333', memory: '512Mi', because: 'its memory needs more of a core' },
    { cores: 0.5, memoryMb: 1_024, cpu: '0.583', memory: '1024Mi', because: '1 GiB needs 0.583 of a core' },
    { cores: 1, memoryMb: 256, cpu: '1', memory: '512Mi', because: 'a whole core comes with 512 MiB' },
    { cores: 1, memoryMb: 1_536, cpu: '1', memory: '1536Mi', because: 'both are steps' },
    { cores: 2, memoryMb: 3_000, cpu: '2', memory: '3000Mi', because: 'both are steps' },
    { cores: 2, memoryMb: 10_000, cpu: '4', memory: '10000Mi', because: 'more than 8 GiB needs four cores' },
    { cores: 3, memoryMb: 512, cpu: '4', memory: '2048Mi', because: 'four cores need 2 GiB' },
    { cores: 1, memoryMb: 32_768, cpu: '8', memory: '32768Mi', because: 'the largest has eight cores' },
  ])(
    'is $cpu and $memory for $cores cores and $memoryMb MiB: $because',
    ({ cores, memoryMb, cpu, memory }) => {
      expect(instanceSize({ cores, memoryMb })).toMatchObject({ availableCpu: cpu, availableMemory: memory });
    },
  );

  it('has a whole core where an instance answers several requests at a time', () => {
    expect(instanceSize({ cores: 0.5, memoryMb: 1_024 }, true).availableCpu).toBe('1');
  });

  it('never has less than was asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 8, noNaN: true }),
        fc.integer({ min: 1, max: LARGEST_INSTANCE_MB }),
        (cores, memoryMb) => {
          const size = instanceSize({ cores, memoryMb });
          expect(Number(size.availableCpu)).toBeGreaterThanOrEqual(cores);
          expect(size.memoryMb).toBeGreaterThanOrEqual(memoryMb);
          expect(size.memoryMb).toBeLessThanOrEqual(LARGEST_INSTANCE_MB);
        },
      ),
    );
  });

  it('is refused for needs that no instance has', () => {
    expect(() => instanceSize({ cores: 9, memoryMb: 512 })).toThrow('no instance has 9 cores');
    expect(() => instanceSize({ cores: 1, memoryMb: 40_000 })).toThrow(RangeError);
  });

  it.each(Object.entries(FUNCTIONS))('exists for the function %s', (_, { needs }) => {
    expect(instanceSize(needs).memoryMb).toBeGreaterThanOrEqual(needs.memoryMb);
  });
});
