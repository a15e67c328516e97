import { describe, expect, it } from 'vitest';
import { tellingOf } from '../../../lambdas/core/release/advice.ts';
import type { ReleaseOutcome, Shortfall } from '../../../lambdas/core/release/state.ts';

const expired = (version: number, cause: Shortfall['cause'] = 'too-few-requests'): ReleaseOutcome => ({
  version,
  strategy: 'shadow-replay',
  fate: 'expired',
  reason: `saw ${version} requests`,
  startedAt: version,
  endedAt: version + 1,
  shortfall: { cause, fix: 'raise serving.release.watchHours to 200' },
});
const promoted: ReleaseOutcome = { ...expired(9), fate: 'promoted', reason: 'no harm' };

describe('the notice of a release without evidence', () => {
  it('is its reason twice, then one advice, then nothing new', () => {
    const outcomes = [1, 2, 3, 4].map((version) => expired(version));
    expect(outcomes.map((one) => tellingOf(outcomes, one))).toEqual([
      { kind: 'news', text: 'saw 1 requests' },
      { kind: 'news', text: 'saw 2 requests' },
      {
        kind: 'advice',
        text: 'too few requests for the third time; advice: raise serving.release.watchHours to 200',
      },
      { kind: 'known', text: 'too few requests, as 3 releases before' },
    ]);
  });

  it('names answers near their limits as the cause where requests were enough', () => {
    const outcomes = [1, 2, 3].map((version) => expired(version, 'near-limits'));
    expect(tellingOf(outcomes, outcomes[2] as ReleaseOutcome).text).toMatch(
      /^answers too near their limits for the third time; advice: raise /,
    );
  });

  it('counts each cause apart, and releases with evidence not at all', () => {
    const { shortfall: _, ...healthy } = promoted;
    const outcomes = [expired(1), expired(2, 'near-limits'), healthy, expired(10)];
    expect(outcomes.map((one) => tellingOf(outcomes, one).kind)).toEqual(['news', 'news', 'news', 'news']);
  });
});
