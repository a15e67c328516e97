import type { ErrorCode } from '../../../lambdas/core/error-codes/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';

/** A problem by its code, its path in the input, and its message. */
export const problem = (
  code: ErrorCode,
  path: string,
  message: string,
  more: Omit<Problem, 'code' | 'path' | 'message'>,
): Problem => ({ code, path, message, ...more });
