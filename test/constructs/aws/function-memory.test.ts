import { describe, expect, it } from 'vitest';
import { deployedMemoryMb } from '../../../constructs/aws/function-memory.ts';
import { lambdaMemoryMb, MOST_MEMORY_MB } from '../../../constructs/config/limits/aws-lambda.ts';
import { FUNCTIONS, type FunctionName, WHOLE_TABLE_FUNCTIONS } from '../../../lambdas/functions.ts';

describe('the memory that an environment gives', () => {
  const names = Object.keys(FUNCTIONS) as FunctionName[]; // its keys

  it('is that of the functions that hold whole tables', () => {
    expect([...WHOLE_TABLE_FUNCTIONS].sort()).toEqual([
      'batch-score',
      'evaluate',
      'ingest',
      'prepare',
      'train',
    ]);
    for (const name of WHOLE_TABLE_FUNCTIONS) expect(deployedMemoryMb(name, 6_144)).toBe(6_144);
  });

  it('changes no other function, and nothing at its default', () => {
    for (const name of names) {
      const own = lambdaMemoryMb(FUNCTIONS[name].needs);
      expect(deployedMemoryMb(name, MOST_MEMORY_MB)).toBe(own);
      if (!WHOLE_TABLE_FUNCTIONS.includes(name)) expect(deployedMemoryMb(name, 10_240)).toBe(own);
    }
  });
});
