import { FUNCTIONS, type FunctionName, WHOLE_TABLE_FUNCTIONS } from '../../lambdas/functions.ts';
import { lambdaMemoryMb } from '../config/limits/aws-lambda.ts';

/**
 * Returns the memory that a function of the table is deployed with, in MB.
 *
 * @param trainingMemoryMb - The environment's, for the functions that hold whole tables.
 */
export function deployedMemoryMb(name: FunctionName, trainingMemoryMb: number): number {
  const least = lambdaMemoryMb(FUNCTIONS[name].needs);
  return WHOLE_TABLE_FUNCTIONS.includes(name) ? Math.max(least, trainingMemoryMb) : least;
}
