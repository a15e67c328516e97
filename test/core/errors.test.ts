import { describe, expect, it } from 'vitest';
import { describeProblem, InvalidInput, type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';

describe('a problem', () => {
  it('states what, where, got, allowed and fix, as far as they are known', () => {
    const whole: Problem = {
      code: 'csv/nul',
      path: 'x.y',
      message: 'must be small',
      got: '9',
      allowed: '1 to 3',
      fix: 'lower it',
    };
    expect(describeProblem(whole)).toBe('x.y: must be small, got 9 (allowed: 1 to 3); fix: lower it');
    expect(describeProblem({ code: 'csv/nul', path: '', message: 'is empty' })).toBe('is empty');
  });
});

describe('InvalidInput', () => {
  it('carries every problem and names its subject', () => {
    const problems: readonly Problem[] = [
      { code: 'csv/nul', path: 'x', message: 'is wrong' },
      { code: 'csv/ragged', path: 'y', message: 'is missing' },
    ];
    const error = new InvalidInput("blueprint 'churn'", problems);
    expect(error.problems).toBe(problems);
    expect(error.message).toBe("blueprint 'churn': x: is wrong; y: is missing");
  });
});

describe('RuntimeFailure', () => {
  it('has no cause and is not retryable by default', () => {
    const failure = new RuntimeFailure('csv/nul', 'it broke');
    expect([failure.retryable, failure.fix, failure.cause]).toEqual([false, undefined, undefined]);
  });

  it('keeps its cause, its fix and whether to retry', () => {
    const cause = new Error('inner');
    const failure = new RuntimeFailure('csv/nul', 'it broke', { retryable: true, fix: 'wait', cause });
    expect([failure.retryable, failure.fix, failure.cause]).toEqual([true, 'wait', cause]);
  });
});
