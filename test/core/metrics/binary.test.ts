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
        expect(auc(splitByClass(labels, scores)).value).toBeCloseTo(inOrder / pairs, 12);
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
        expect(mirrored.value).toBeCloseTo(1 - original.value, 12);
      }),
    );
  });

  it('gives a perfect order 1, and an interval within 0 and 1', () => {
    expect(auc(splitByClass([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]))).toEqual({ value: 1, low: 1, high: 1 });
    const { low, high } = auc(splitByClass([0, 1, 0, 1, 1], [0.1, 0.3, 0.35, 0.8, 0.9]));
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBe(1);
  });

  it("covers the true AUC by DeLong's interval in about 95 of 100 samples", () => {
    // Scores uniform, labels drawn with that probability: the true AUC is 5/6.
    const covered = Array.from({ length: 200 }, (_, seed) => {
      const { labels, scores } = sample(300, seed + 1);
      const { low, high } = auc(splitByClass(labels, scores));
      return low <= 5 / 6 && 5 / 6 <= high;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThanOrEqual(182);
    expect(covered).toBeLessThanOrEqual(199);
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
  it('agrees on AUC, DeLong variance, average precision, log loss, Brier and calibration error to 1e-9', () => {
    const samples = [1, 2, 3].map((seed) => sample(400 + seed, seed));
    const known = runPython(
      `
import json, sys, numpy as np
from scipy import stats
def one(d):
    y, s = np.array(d['labels']), np.array(d['scores'])
    p, n = s[y == 1], s[y == 0]
    auc = stats.mannwhitneyu(p, n).statistic / (len(p) * len(n))
    psi = (p[:, None] > n).astype(float) + 0.5 * (p[:, None] == n)   # DeLong 1988, from its definition
    var = psi.mean(1).var(ddof=1) / len(p) + psi.mean(0).var(ddof=1) / len(n)
    recall, ap = 0.0, 0.0
    for t in sorted(set(s), reverse=True):
        chosen = s >= t
        r = y[chosen].sum() / y.sum()
        ap += (r - recall) * y[chosen].mean(); recall = r
    e = np.finfo(float).eps; c = np.clip(s, e, 1 - e)
    bins = np.minimum(9, np.floor(s * 10)).astype(int)
    ece = sum(abs(s[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in set(bins))
    brier = (s - y) ** 2
    half = stats.norm.ppf(0.975) * stats.sem(brier)
    return [auc, stats.norm.ppf(0.975) * np.sqrt(var), ap, -np.mean(y * np.log(c) + (1 - y) * np.log1p(-c)),
            brier.mean(), brier.mean() - half, ece]
print(json.dumps([one(d) for d in json.load(sys.stdin)]))`,
      samples,
    ) as number[][];
    samples.forEach(({ labels, scores }, i) => {
      const { metrics } = evaluateBinary(labels, scores, 0.5);
      const area = metrics.auc;
      const ours = [
        area?.value,
        (area?.value as number) - (area?.low as number),
        metrics['average-precision']?.value,
        metrics['log-loss']?.value,
        metrics.brier?.value,
        metrics.brier?.low,
        metrics['calibration-error']?.value,
      ];
      ours.forEach((value, j) => {
        expect(Math.abs((value as number) - (known[i]?.[j] as number))).toBeLessThanOrEqual(1e-9);
      });
    });
  });
});
