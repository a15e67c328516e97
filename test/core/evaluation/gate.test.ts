import { describe, expect, it } from 'vitest';
import { advantage, judgeCandidate } from '../../../lambdas/core/evaluation/gate.ts';

const measured = (auc: number, logLoss: number) => ({ auc: { value: auc }, 'log-loss': { value: logLoss } });
const NOTHING = { thresholds: [], fairness: [] };

describe('the gate before a release', () => {
  it('fails on a fairness threshold that nobody measured', () => {
    const fairness = [{ attribute: 'marital', metric: 'parityRatio', min: 0.8 }] as const;
    const input = { candidate: measured(1, 0), champion: null, baseline: null, fairness: new Map() };
    expect(judgeCandidate({ thresholds: [], fairness }, input)).toEqual([
      'parityRatio by marital is not measured',
    ]);
  });

  it('limits the differences between groups, for one attribute and for several together', () => {
    const fairness = [
      { attribute: 'marital', metric: 'parityRatio', min: 0.8 },
      { attribute: ['marital', 'sex'], metric: 'equalizedOdds', max: 0.1 },
      { attribute: 'sex', metric: 'parityDifference', max: 0.1 },
    ] as const;
    const of = (value: number) => ({ value, low: 0, high: 1 });
    const input = { candidate: measured(1, 0), champion: null, baseline: null };
    const measuredGroups = new Map([
      ['marital', { parityRatio: of(0.75) }],
      ['marital and sex', { equalizedOdds: of(0.2) }],
      ['sex', { parityDifference: of(0.05) }],
    ]);
    expect(judgeCandidate({ thresholds: [], fairness }, { ...input, fairness: measuredGroups })).toEqual([
      'parityRatio by marital 0.7500 is below 0.8',
      'equalizedOdds by marital and sex 0.2000 is above 0.1',
    ]);
  });

  it('passes a version without thresholds', () => {
    expect(
      judgeCandidate(NOTHING, {
        candidate: measured(0.5, 1),
        champion: null,
        baseline: null,
        fairness: new Map(),
      }),
    ).toEqual([]);
  });

  it('names each missed threshold, in both directions, with the measured value', () => {
    const thresholds = [
      { metric: 'auc', min: 0.7 },
      { metric: 'log-loss', max: 0.4 },
      { metric: 'auc', min: 0.5, max: 0.99 },
    ] as const;
    const input = { candidate: measured(0.61234, 0.5), champion: null, baseline: null, fairness: new Map() };
    expect(judgeCandidate({ thresholds, fairness: [] }, input)).toEqual([
      'auc 0.6123 is below 0.7',
      'log-loss 0.5000 is above 0.4',
    ]);
  });

  it('never passes a metric that could not be measured', () => {
    const thresholds = [{ metric: 'auc', min: 0.1 }] as const;
    const input = {
      candidate: { auc: { value: Number.NaN } },
      champion: null,
      baseline: null,
      fairness: new Map(),
    };
    expect(judgeCandidate({ thresholds, fairness: [] }, input)).toHaveLength(1);
    expect(judgeCandidate({ thresholds, fairness: [] }, { ...input, candidate: {} })).toHaveLength(1);
  });

  it('compares with the champion on the same rows, and needs no champion', () => {
    const validation = { ...NOTHING, notWorseThanChampionBy: { metric: 'auc', by: 0.02 } } as const;
    const against = (champion: ReturnType<typeof measured> | null) =>
      judgeCandidate(validation, {
        // On all rows; on those that both answered it is worse, and only they count here.
        candidate: measured(0.9, 1),
        champion: champion && { candidate: measured(0.7, 1), champion },
        baseline: null,
        fairness: new Map(),
      });
    expect(against(null)).toEqual([]);
    expect(against(measured(Number.NaN, 1))).toHaveLength(1);
    expect(against(measured(0.71, 1))).toEqual([]);
    expect(against(measured(0.75, 1))).toEqual(["auc is 0.0500 worse than the champion's, 0.02 is allowed"]);
  });

  it('compares with a baseline, where a lower loss is better', () => {
    const validation = { ...NOTHING, betterThanBaseline: { metric: 'log-loss', by: 0.05 } } as const;
    const against = (baseline: ReturnType<typeof measured> | null) =>
      judgeCandidate(validation, {
        candidate: measured(0.7, 0.4),
        champion: null,
        baseline,
        fairness: new Map(),
      });
    expect(against(null)).toEqual([]);
    expect(against(measured(0.5, 0.5))).toEqual([]);
    expect(against(measured(0.5, 0.42))).toEqual([
      "log-loss is 0.0200 better than the baseline's, 0.05 is needed",
    ]);
    expect(advantage('log-loss', measured(0, 0.4), measured(0, 0.5))).toBeCloseTo(0.1);
  });
});
