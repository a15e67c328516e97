import { expect, it } from 'vitest';
import { createPorts } from '../../../lambdas/adapters/aws/create-ports.ts';
import { CONFIG } from '../../score/fixture.ts';

const CONFIGURATION = { schemaVersion: 1, codeVersion: 'test', model: CONFIG } as const;
const memoryIn = (env: Readonly<Record<string, string>>) =>
  createPorts({ MLOPS_BUCKET: 'b', ...env }, CONFIGURATION).memory;

it('has the memory that Lambda gives the function, and no limit outside of Lambda', () => {
  expect(memoryIn({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '3008' })?.limitMb).toBe(3_008);
  expect(memoryIn({})).toBeUndefined();
});
