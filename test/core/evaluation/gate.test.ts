import { describe, expect, it } from 'vitest';
import type { ProblemType, ValidationConfig } from '../../../lambdas/core/config.ts';
import { type GateInput, judgeCandidate, neededGain } from '../../../lambdas/core/evaluation/gate.ts';

const measured = (auc: number, logLoss: number) => ({ auc: { value: auc }, 'log-loss': { value: logLoss } });
const NOTHING = { thresholds: [], fairness: [] };
const BINARY: ProblemType = { type: 'binary-classification', label: 'y', positive: true };
const INPUT: GateInput = {
  candidate: measured(0.7, 0.4),
  overChampion: null,
  overBaseline: null,
  fairness: new Map(),
};
const judge = (validation: ValidationConfig, input: Partial<GateInput>) =>
  judgeCandidate(validation, BINARY, { ...INPUT, ...input });

describe('the gate before a release', () => {
  it('fails on a fairness threshold that nobody measured', () => {
    const fairness = [{ attribute: 'marital', metric: 'parityRatio', min: 0.8 }] as const;
    expect(judge({ thresholds: [], fairness }, {})).toEqual(['parityRatio by marital is not measured']);
  });

  it('limits the differences between groups as far as they are certain, for one attribute and for several', () => {
    const fairness = [
      { attribute: 'marital', metric: 'parityRatio', min: 0.8 },
      { attribute: ['marital', 'sex'], metric: 'equalizedOdds', max: 0.1 },
      { attribute: 'sex', metric: 'parityDifference', max: 0.1 },
      { attribute: 'sex', metric: 'equalOpportunity', max: 0.1 },
    ] as const;
    const measuredGroups = new Map([
      ['marital', { parityRatio: { value: 0.6, low: 0.5, high: 0.75 } }],
      ['marital and sex', { equalizedOdds: { value: 0.2, low: 0.12, high: 0.3 } }],
      [
        'sex',
        {
          parityDifference: { value: 0.15, low: 0.05, high: 0.25 },
          equalOpportunity: { value: 0.3, low: null, high: null },
        },
      ],
    ]);
    expect(judge({ thresholds: [], fairness }, { fairness: measuredGroups })).toEqual([
      'parityRatio by marital 0.6000 [0.5000, 0.7500] is below 0.8',
      'equalizedOdds by marital and sex 0.2000 [0.1200, 0.3000] is above 0.1',
      'equalOpportunity by sex 0.3000 [0.3000, 0.3000] is above 0.1',
    ]);
  });

  it('passes a version without thresholds', () => {
    expect(judge(NOTHING, {})).toEqual([]);
  });

  it('names each missed threshold, in both directions, with the measured value', () => {
    const thresholds = [
      { metric: 'auc', min: 0.7 },
      { metric: 'log-loss', max: 0.4 },
      { metric: 'auc', min: 0.5, max: 0.99 },
    ] as const;
    expect(judge({ thresholds, fairness: [] }, { candidate: measured(0.61234, 0.5) })).toEqual([
      'auc 0.6123 is below 0.7',
      'log-loss 0.5000 is above 0.4',
    ]);
  });

  it('never passes a metric that could not be measured', () => {
    const thresholds = [{ metric: 'auc', min: 0.1 }] as const;
    expect(judge({ thresholds, fairness: [] }, { candidate: { auc: { value: Number.NaN } } })).toHaveLength(
      1,
    );
    expect(judge({ thresholds, fairness: [] }, { candidate: {} })).toHaveLength(1);
  });

  it('refuses a version that is certainly worse than the champion by more than is allowed, and needs no champion', () => {
    const validation = { ...NOTHING, notWorseThanChampionBy: { metric: 'auc', by: 0.02 } } as const;
    const over = (value: number, low: number | null, high: number | null) =>
      judge(validation, { overChampion: { auc: { value, low, high } } });
    expect(judge(validation, {})).toEqual([]);
    expect(over(-0.05, -0.08, -0.02)).toEqual([]);
    expect(over(-0.05, null, null)).toEqual([]); // too few rows to say so
    expect(over(-0.05, -0.07, -0.03)).toEqual([
      "auc is 0.0500 worse than the champion's, at least 0.0300 with 99 % certainty, 0.02 is allowed",
    ]);
    expect(judge(validation, { overChampion: {} })).toEqual(["auc is not measured beside the champion's"]);
  });

  it('asks for a certain gain over the baseline, also where the blueprint says nothing of it', () => {
    const over = (value: number, low: number | null, validation: ValidationConfig = NOTHING) =>
      judge(validation, { overBaseline: { auc: { value, low, high: 1, reason: '9 rows of a class' } } });
    expect(judge(NOTHING, {})).toEqual([]);
    expect(over(0.1, 0.01)).toEqual([]);
    expect(over(0.1, 0)).toEqual([
      "auc is 0.1000 better than the baseline's, only 0.0000 with 95 % certainty, more than 0 is needed",
    ]);
    expect(over(0.1, null)).toEqual(['no gain in auc over the baseline can be shown: 9 rows of a class']);
    expect(judge(NOTHING, { overBaseline: {} })).toEqual([]); // the evaluation says that nothing is measured
    expect(judge({ ...NOTHING, betterThanBaseline: { metric: 'auc', by: 0 } }, { overBaseline: {} })).toEqual(
      ["auc is not measured beside the baseline's"],
    );
    expect(over(0.1, null, { ...NOTHING, betterThanBaseline: false })).toEqual([]);
    expect(over(0.1, 0.05, { ...NOTHING, betterThanBaseline: { metric: 'auc', by: 0.05 } })).toHaveLength(1);
  });

  it('asks for a gain by the metric that decides, and of clusters for none', () => {
    expect(neededGain(NOTHING, BINARY)).toEqual({ metric: 'auc', by: 0 });
    expect(neededGain(NOTHING, { type: 'regression', label: 'y' })).toEqual({ metric: 'rmse', by: 0 });
    expect(neededGain(NOTHING, { type: 'clustering', clusters: 3 })).toBeUndefined();
  });
});
