import { describe, expect, it } from 'vitest';
import {
  LAMBDA_TIMEOUT_SEC,
  lambdaMemoryMb,
  MOST_MEMORY_MB,
} from '../../../../constructs/config/limits/aws-lambda.ts';
import { FUNCTIONS } from '../../../../lambdas/functions.ts';

describe('the memory of a Lambda function', () => {
  it.each([
    { cores: 0.1, memoryMb: 256, gives: 256, because: 'its memory brings more than its share of a core' },
    { cores: 1, memoryMb: 512, gives: 1769, because: 'a core comes with 1,769 MB' },
    { cores: 0.3, memoryMb: 128, gives: 531, because: 'Lambda takes whole MB' },
    { cores: 2, memoryMb: 512, gives: 3008, because: 'cores alone ask for no more than a new account has' },
    { cores: 1, memoryMb: 4000, gives: 4000, because: 'its memory is never cut' },
  ])('is $gives MB for $cores cores and $memoryMb MB: $because', ({ cores, memoryMb, gives }) => {
    expect(lambdaMemoryMb({ cores, memoryMb })).toBe(gives);
  });
});

it.each(Object.entries(FUNCTIONS))('%s fits into a Lambda function of a new account', (_, { needs }) => {
  expect(needs.memoryMb).toBeGreaterThanOrEqual(128);
  expect(lambdaMemoryMb(needs)).toBeLessThanOrEqual(MOST_MEMORY_MB);
  expect(needs.timeoutSec).toBeLessThanOrEqual(LAMBDA_TIMEOUT_SEC);
});
