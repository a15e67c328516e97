import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusionAt, evaluateBinary } from '../../../lambdas/core/metrics/binary.ts';
import { calibrationTable } from '../../../lambdas/core/metrics/calibration.ts';
import { METRIC_DEFINITIONS } from '../../../lambdas/core/metrics/names.ts';
import { auc, splitByClass } from '../../../lambdas/core/metrics/ranking.ts';
import { describeWith, python, runPython } from '../../support/tools.ts';
import { uniform } from '../drift/tables.ts';

/** Labels drawn with the probability of their score; scores in hundredths, so that there are ties. */
function sample(rows: number, seed: number): { labels: number[]; scores: number[] } {
  const next = uniform(seed);
  const scores = Array.from({ length: rows }, () => Math.round(next() * 100) / 100);
  return { labels: scores.map((score) => Number(next() < score)), scores };
}

const labelled = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 50 })), { minLength: 2, maxLength: 80 })
  .filter((rows) => rows.some(([label]) => label) && rows.some(([label]) => !label))
  .map((rows) => ({
    labels: rows.map(([label]) => Number(label)),
    scores: rows.map(([, score]) => score / 50),
  }));

describe('AUC', () => {
  it('equals the share of pairs in order, with ties as half', () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        let [inOrder, pairs] = [0, 0];
        labels.forEach((label, i) => {
          labels.forEach((other, j) => {
            if (label !== 1 || other !== 0) return;
            const [high, low] = [scores[i] as number, scores[j] as number];
            pairs++;
            inOrder += high > low ? 1 : high === low ? 0.5 : 0;
          });
        });
        expect(auc(splitByClass(labels, scores))).toBeCloseTo(inOrder / pairs, 12);
      }),
    );
  });

  it('does not change under an increasing map of the scores, and mirrors under a decreasing one', () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        const original = auc(splitByClass(labels, scores));
        expect(
          auc(
            splitByClass(
              labels,
              scores.map((score) => score * score * 7 - 3),
            ),
          ),
        ).toEqual(original);
        const mirrored = auc(
          splitByClass(
            labels,
            scores.map((score) => -score),
          ),
        );
        expect(mirrored).toBeCloseTo(1 - original, 12);
      }),
    );
  });

  it('gives a perfect order 1, and an interval that has a width', () => {
    const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
    const { auc: perfect } = evaluateBinary(labels, labels, 0.5).metrics;
    expect(perfect).toMatchObject({ value: 1, high: 1 });
    expect(perfect?.low).toBeLessThan(0.75);
    const { auc: wrong } = evaluateBinary(
      labels,
      labels.map((label) => 1 - label),
      0.5,
    ).metrics;
    expect(wrong).toMatchObject({ value: 0, low: 0 });
    expect(wrong?.high).toBeGreaterThan(0.25);
  });

  it('has an interval that contains it, for whatever scores', () => {
    fc.assert(
      fc.property(labelled, ({ labels, scores }) => {
        for (const metric of Object.values(evaluateBinary(labels, scores, 0.5).metrics)) {
          if (metric.reason !== undefined) continue;
          expect(metric.low).toBeLessThanOrEqual(metric.value);
          expect(metric.high).toBeGreaterThanOrEqual(metric.value);
          expect(metric.high - metric.low).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('has no interval where all scores are the same: it is one half by its definition', () => {
    const labels = Array.from({ length: 40 }, (_, row) => row % 2);
    expect(evaluateBinary(labels, new Float64Array(40).fill(0.3), 0.5).metrics.auc).toEqual({
      value: 0.5,
      reason: 'all scores are the same',
      better: 'higher',
    });
  });
});

describe('the evaluation of a classifier', () => {
  const { labels, scores } = sample(500, 3);

  it('names the metrics of a classifier, each with its direction', () => {
    const { metrics } = evaluateBinary(labels, scores, 0.5);
    expect(Object.keys(metrics).sort()).toEqual(
      Object.keys(METRIC_DEFINITIONS['binary-classification']).sort(),
    );
    for (const [name, { better }] of Object.entries(METRIC_DEFINITIONS['binary-classification'])) {
      expect(metrics[name as keyof typeof metrics]?.better).toBe(better);
    }
  });

  it('counts rows at or above the threshold as positive', () => {
    expect(confusionAt([1, 0, 1, 0], [0.5, 0.5, 0.4, 0.1], 0.5)).toMatchObject({
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 1,
      precision: { value: 0.5 },
      recall: { value: 0.5 },
    });
  });

  it('leaves out metrics that cannot be measured', () => {
    const none = evaluateBinary([0, 0], [0.1, 0.2], 0.5);
    expect(none.metrics.auc).toBeUndefined();
    expect(none.metrics['average-precision']).toBeUndefined();
    expect(none.confusion.precision).toBeNull();
    expect(none.confusion.recall).toBeNull();
    const all = evaluateBinary([1], [0.9], 0.5);
    expect(all.metrics.auc).toBeUndefined();
    expect(all.metrics.brier?.value).toBeCloseTo(0.01, 12);
    expect(all.metrics['calibration-error']).toBeUndefined(); // no bin has two rows
    expect(evaluateBinary([0, 1], [0, 0], 0.5).metrics['observed-over-expected']).toBeUndefined();
  });

  it('has intervals from 5 rows of each class up, and says why where it has none', () => {
    const few = evaluateBinary([...labels.slice(0, 20).map(() => 0), 1, 1, 1, 1], scores.slice(0, 24), 0.5);
    expect(new Set(Object.values(few.metrics).map(({ reason }) => reason))).toEqual(
      new Set(['4 rows of a class, at least 5 are needed']),
    );
    expect(
      new Set(Object.values(evaluateBinary(labels, scores, 0.5).metrics).map(({ reason }) => reason)),
    ).toEqual(new Set([undefined]));
  });

  it('tells a model without calibration error about 0, and one that is wrong by how much', () => {
    const next = uniform(9);
    const errorOf = (shift: number) => {
      const chances = Array.from({ length: 4_000 }, () => 0.1 + 0.8 * next());
      const drawn = chances.map((chance) => Number(next() < chance));
      const told = chances.map((chance) => chance + shift);
      return evaluateBinary(drawn, told, 0.5).metrics;
    };
    expect(errorOf(0)['calibration-error']).toMatchObject({ low: 0 });
    expect(errorOf(0)['calibration-error']?.value).toBeLessThan(0.02);
    const shifted = errorOf(0.1);
    expect(shifted['calibration-error']?.value).toBeCloseTo(0.1, 1);
    expect(shifted['calibration-error']?.low).toBeGreaterThan(0.05);
    expect(shifted['observed-over-expected']?.high).toBeLessThan(1);
  });

  it('joins bins that expect too few rows of a class, so that rare positives are no error', () => {
    const next = uniform(4);
    const rare = Array.from({ length: 2_000 }, () => (next() < 0.02 ? 0.35 : 0.01));
    const drawn = rare.map((chance) => Number(next() < chance));
    expect(evaluateBinary(drawn, rare, 0.5).metrics['calibration-error']).toMatchObject({ low: 0 });
  });

  it('has a finite log loss for scores of exactly 0 and 1', () => {
    expect(evaluateBinary([0, 1], [1, 0], 0.5).metrics['log-loss']?.value).toBeCloseTo(36.04, 1);
    expect(evaluateBinary([0, 1], [0, 1], 0.5).metrics['log-loss']?.value).toBeLessThan(1e-15);
  });

  it('puts each probability into its tenth, 1 into the last', () => {
    const table = calibrationTable([1, 0, 1, 1], [0, 0.25, 0.28, 1]);
    expect(table.map(({ rows }) => rows)).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 0, 1]);
    expect(table[2]).toMatchObject({ low: 0.2, high: 0.3, observed: 0.5 });
    expect(table[2]?.predicted).toBeCloseTo(0.265, 12);
    expect(table[1]).toMatchObject({ predicted: null, observed: null });
  });

  it.each([
    [[], [], 'no rows'],
    [[1], [0.5, 0.5], '1 labels for 2'],
    [[2], [0.5], 'label of row 0 must be 0 or 1, got 2'],
    [[0, 1], [0.5, Number.NaN], 'score of row 1 must be 0 to 1, got NaN'],
    [[0, 1], [0.5, 1.5], 'score of row 1 must be 0 to 1, got 1.5'],
  ])('fails for labels %j and scores %j', (wrongLabels, wrongScores, message) => {
    expect(() => evaluateBinary(wrongLabels, wrongScores, 0.5)).toThrow(message);
  });
});

describeWith(python, 'classifier metrics against SciPy and numpy', () => {
  it('agrees on AUC, its interval, average precision, log loss, Brier and debiased calibration error to 1e-9', () => {
    const samples = [1, 2, 3].map((seed) => sample(400 + seed, seed));
    const known = runPython(
      `
import json, sys, numpy as np
from scipy import stats, optimize
z = stats.norm.ppf(0.975)
def newcombe(x, m, n):
    half = (m + n) / 2 - 1
    return (1 + half * (1 - x) / (2 - x) + half * x / (1 + x)) / (m * n)
def one(d):
    y, s = np.array(d['labels']), np.array(d['scores'])
    p, n = s[y == 1], s[y == 0]
    a, b, k = len(p), len(n), min(len(p), len(n))
    auc = stats.mannwhitneyu(p, n).statistic / (a * b)
    psi = (p[:, None] > n).astype(float) + 0.5 * (p[:, None] == n)   # DeLong 1988, from its definition
    parts = [(psi.mean(1) - auc) / a, (psi.mean(0) - auc) / b]
    var = sum((part ** 2).sum() for part in parts)
    skewness = abs(sum((part ** 3).sum() for part in parts)) / var ** 1.5
    shown = stats.t.ppf(0.975, k - 2) ** 2 * var * k / (k - 1) * (1 + 0.25 * skewness) / (auc * (1 - auc))
    low = optimize.brentq(lambda x: (auc - x) ** 2 - x * (1 - x) * max(shown, z * z * newcombe(x, a, b)), 0, auc)
    recall, ap = 0.0, 0.0
    for t in sorted(set(s), reverse=True):
        chosen = s >= t
        r = y[chosen].sum() / y.sum()
        ap += (r - recall) * y[chosen].mean(); recall = r
    e = np.finfo(float).eps; c = np.clip(s, e, 1 - e)
    bins = np.minimum(9, np.floor(s * 10)).astype(int)
    debiased = 0                                              # pairs of different rows of a bin, from the definition
    for j in set(bins):
        r = (s - y)[bins == j]
        if len(r) > 1: debiased += len(r) / len(s) * (np.outer(r, r).sum() - (r ** 2).sum()) / (len(r) * (len(r) - 1))
    brier = (s - y) ** 2
    skew = 1 + 1.5 * abs(stats.skew(brier)) / np.sqrt(len(s))
    se = np.sqrt(brier.var(ddof=1) / len(s) * skew)
    return [auc, low, ap, -np.mean(y * np.log(c) + (1 - y) * np.log1p(-c)), brier.mean(),
            brier.mean() * np.exp(-stats.t.ppf(0.975, len(s) - 1) * se / brier.mean()), np.sqrt(max(0, debiased)),
            y.sum() / s.sum()]
print(json.dumps([one(d) for d in json.load(sys.stdin)]))`,
      samples,
    ) as number[][];
    samples.forEach(({ labels, scores }, i) => {
      const { metrics } = evaluateBinary(labels, scores, 0.5);
      const area = metrics.auc;
      const ours = [
        area?.value,
        area?.low,
        metrics['average-precision']?.value,
        metrics['log-loss']?.value,
        metrics.brier?.value,
        metrics.brier?.low,
        metrics['calibration-error']?.value,
        metrics['observed-over-expected']?.value,
      ];
      ours.forEach((value, j) => {
        expect(Math.abs((value as number) - (known[i]?.[j] as number))).toBeLessThanOrEqual(1e-8);
      });
    });
  });
});
