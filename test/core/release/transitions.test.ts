import { expect, it } from 'vitest';
import { EMPTY_RELEASE } from '../../../lambdas/core/release/state.ts';
import { rollBack } from '../../../lambdas/core/release/transitions.ts';

it('goes back to no version before the first release', () => {
  expect(rollBack(EMPTY_RELEASE, 1, 'rolled-back', 'an alarm')).toEqual({
    kind: 'ignored',
    state: EMPTY_RELEASE,
    reason: 'nothing has been released yet',
  });
});
