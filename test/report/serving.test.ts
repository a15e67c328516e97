import { describe, expect, it } from 'vitest';
import { reigns, servedByVersion } from '../../lambdas/report/serving.ts';
import { dayAt, driftSummary, releaseOf, stableSummary } from './summary-fixture.ts';

describe('the times in which versions served', () => {
  it('gives requests of a rolled back version back to the one before', () => {
    const served = reigns(driftSummary()).map(({ version, from }) => [version, new Date(from).toISOString()]);
    expect(served).toEqual([
      [1, dayAt(0)],
      [2, dayAt(240)],
      [3, dayAt(574)],
      [2, dayAt(574.1)],
    ]);
  });

  it('never serves an aborted version, and ends the service of an expired one', () => {
    const summary = {
      ...stableSummary(),
      releases: [
        releaseOf(1),
        releaseOf(2, { fate: 'aborted', startedAt: dayAt(10), endedAt: dayAt(11), served: 0 }),
        releaseOf(3, { fate: 'expired', startedAt: dayAt(20), endedAt: dayAt(22) }),
      ],
    };
    expect(reigns(summary).map(({ version, to }) => [version, new Date(to).toISOString()])).toEqual([
      [1, dayAt(20)],
      [3, dayAt(22)],
      [1, dayAt(360)],
    ]);
  });

  it('ends the service of a promoted version at a much later rollback', () => {
    const summary = {
      ...stableSummary(),
      releases: [
        releaseOf(1),
        releaseOf(2, { startedAt: dayAt(10), endedAt: dayAt(11), served: 70 }),
        releaseOf(2, { fate: 'rolled-back', startedAt: dayAt(90), endedAt: dayAt(90), served: 70 }),
      ],
    };
    expect(reigns(summary).map(({ version }) => version)).toEqual([1, 2, 1]);
    expect([...servedByVersion(summary)]).toEqual([
      [1, 1000],
      [2, 70],
    ]);
  });
});
