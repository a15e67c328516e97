import { describe, expect, it } from 'vitest';
import {
  type Challenger,
  EMPTY_RELEASE,
  isUnderWay,
  type LiveStep,
  type Watch,
} from '../../../lambdas/core/release/state.ts';

const challenger: Challenger = {
  version: 2,
  digest: 'b'.repeat(64),
  strategy: 'canary',
  changeExpected: false,
  startedAt: 0,
};
const live: LiveStep = {
  step: 0,
  share: 0.1,
  shadow: false,
  since: 0,
  before: { bad: [], slow: [] },
};
const watch: Watch = { since: 0, until: 1, strategy: 'canary', reason: 'safe' };

describe('isUnderWay', () => {
  it.each([
    ['nothing was ever released', EMPTY_RELEASE, false],
    ['a challenger is still being replayed', { ...EMPTY_RELEASE, challenger }, false],
    ['a challenger answers live', { ...EMPTY_RELEASE, challenger: { ...challenger, live } }, true],
    ['the champion is watched', { ...EMPTY_RELEASE, watch }, true],
  ])('decides whether a release is under way when %s', (_, state, expected) => {
    expect(isUnderWay(state)).toBe(expected);
  });
});
