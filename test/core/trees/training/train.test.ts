import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../../lambdas/core/errors.ts';
import { writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import { gainImportance } from '../../../../lambdas/core/trees/importance.ts';
import { treeCount } from '../../../../lambdas/core/trees/model.ts';
import { toPrediction } from '../../../../lambdas/core/trees/objective.ts';
import { scoreMatrix, scoreRow } from '../../../../lambdas/core/trees/scoring/score.ts';
import { type BoosterParams, checkParams, DEFAULT_PARAMS } from '../../../../lambdas/core/trees/spec.ts';
import { train } from '../../../../lambdas/core/trees/training/train.ts';
import { classesOf, failureCode, params, sampleData, toMatrix } from '../samples.ts';

const { matrix, score } = sampleData(600, 1);
const labels = classesOf(score);
const fresh = sampleData(400, 2);

function logLoss(margins: Float32Array, truth: Float64Array): number {
  const losses = Array.from(margins, (margin, i) => {
    const p = 1 / (1 + Math.exp(-margin));
    return -Math.log(truth[i] === 1 ? p : 1 - p);
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

const rmse = (predicted: Float32Array, truth: Float64Array): number =>
  Math.sqrt(predicted.reduce((sum, p, i) => sum + (p - (truth[i] ?? 0)) ** 2, 0) / predicted.length);

describe('training', () => {
  it('computes one stump by hand: weights -G/(H+lambda) eta, gain of equation 7', () => {
    const data = toMatrix([1, 2, 3, 4].map((x) => Float32Array.of(x)));
    const target = Float64Array.of(0, 0, 10, 10);
    const { model } = train({
      matrix: data,
      labels: target,
      params: params({ objective: 'reg:squarederror', rounds: 1, maxDepth: 1, eta: 0.5, lambda: 2 }),
    });
    // Base 5; left G = 10, H = 2: weight -10/4; gain 2 * 100/4 - 0.
    expect(model.baseScores[0]).toBe(5);
    expect(Array.from(model.forest.value)).toEqual([3, -1.25, 1.25]);
    expect(Array.from(model.forest.gain)).toEqual([50, 0, 0]);
    expect(Array.from(model.forest.cover)).toEqual([4, 2, 2]);
    expect(Array.from(scoreMatrix(model, data))).toEqual([3.75, 3.75, 6.25, 6.25]);
  });

  it('shrinks leaves by the L1 penalty to 0 where the pull is smaller', () => {
    const data = toMatrix([1, 2, 3, 4].map((x) => Float32Array.of(x)));
    const one = (alpha: number, target: Float64Array): number[] => {
      const options = params({
        objective: 'reg:squarederror',
        rounds: 1,
        maxDepth: 1,
        eta: 1,
        lambda: 0,
        alpha,
      });
      return Array.from(train({ matrix: data, labels: target, params: options }).model.forest.value);
    };
    expect(one(4, Float64Array.of(0, 0, 10, 10))).toEqual([3, -3, 3]);
    expect(one(50, Float64Array.of(0, 0, 10, 10))).toEqual([0]);
  });

  it('separates classes it has not seen, and calibrates the base to the share of positives', () => {
    const { model, rounds, bestIteration, history } = train({ matrix, labels, params: params() });
    const share = labels.reduce((a, b) => a + b, 0) / labels.length;
    expect(model.baseScores[0]).toBe(Math.fround(share));
    const margins = scoreMatrix(model, fresh.matrix);
    const truth = classesOf(fresh.score);
    const right = margins.filter((margin, i) => (margin > 0 ? 1 : 0) === truth[i]).length;
    expect(right / truth.length).toBeGreaterThan(0.85);
    expect([rounds, bestIteration, history, treeCount(model.forest)]).toEqual([20, 19, [], 20]);
  });

  it('fits numbers', () => {
    const options = params({ objective: 'reg:squarederror', rounds: 60 });
    const { model } = train({ matrix, labels: score, params: options });
    const spread = rmse(new Float32Array(fresh.score.length).fill(model.baseScores[0] ?? 0), fresh.score);
    expect(rmse(scoreMatrix(model, fresh.matrix), fresh.score)).toBeLessThan(spread * 0.45);
  });

  it('gives the same bytes for the same input, and others for another seed', () => {
    const bytes = (seed: number): Buffer =>
      Buffer.from(
        writeUbj(
          train({ matrix, labels, params: params({ seed, subsample: 0.7, columnSample: 0.5 }) }).model,
        ),
      );
    expect(bytes(1).equals(bytes(1))).toBe(true);
    expect(bytes(1).equals(bytes(2))).toBe(false);
  });

  it('learns from missing values, even when nothing else splits', () => {
    const data = toMatrix(
      Array.from({ length: 100 }, (_, i) => Float32Array.of(i % 4 === 0 ? Number.NaN : 7)),
    );
    const target = Float64Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 1 : i % 9 === 0 ? 1 : 0));
    const { model } = train({ matrix: data, labels: target, params: params({ rounds: 1 }) });
    const missing = scoreRow(model, Float32Array.of(Number.NaN));
    expect(missing).toBeGreaterThan(scoreRow(model, Float32Array.of(7)));
    expect(scoreRow(model, Float32Array.of(-1e30))).toBe(scoreRow(model, Float32Array.of(7)));
  });

  it('sends missing values with the heavier child where training had none', () => {
    const data = toMatrix(Array.from({ length: 100 }, (_, i) => Float32Array.of(i)));
    const stump = (above: number): Uint8Array => {
      const target = Float64Array.from({ length: 100 }, (_, i) => (i >= above ? 1 : 0));
      return train({ matrix: data, labels: target, params: params({ rounds: 1, maxDepth: 1 }) }).model.forest
        .defaultLeft;
    };
    expect([stump(80)[0], stump(20)[0]]).toEqual([1, 0]);
  });

  it('never splits on a constant or an all-missing column', () => {
    const used = gainImportance(train({ matrix, labels, params: params() }).model);
    const shares = new Map(used.map(({ feature, share }) => [feature, share]));
    expect([shares.get('x4'), shares.get('x5')]).toEqual([0, 0]);
    expect(used[0]?.share).toBeGreaterThan(0.3);
    expect(used.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('predicts only the base when no column can split', () => {
    const data = toMatrix(Array.from({ length: 10 }, () => Float32Array.of(1, Number.NaN)));
    const target = Float64Array.from({ length: 10 }, (_, i) => i % 2);
    const { model } = train({ matrix: data, labels: target, params: params({ rounds: 2 }) });
    expect(Array.from(model.forest.feature)).toEqual([-1, -1]);
    expect(toPrediction('binary:logistic', scoreRow(model, Float32Array.of(1, 2)))).toBe(0.5);
    expect(gainImportance(model).map(({ share }) => share)).toEqual([0, 0]);
  });

  it('counts a row with weight 2 as the row twice', () => {
    const half = sampleData(100, 4);
    const target = classesOf(half.score);
    const twice = toMatrix([...rowsTwice(half.matrix.columns, 100)]);
    const once = train({
      matrix: half.matrix,
      labels: target,
      weights: target.map(() => 2),
      params: params(),
    });
    const doubled = train({ matrix: twice, labels: Float64Array.of(...target, ...target), params: params() });
    expect(Array.from(once.model.forest.feature)).toEqual(Array.from(doubled.model.forest.feature));
    once.model.forest.value.forEach((value, i) => {
      expect(value).toBeCloseTo(doubled.model.forest.value[i] ?? Number.NaN, 5);
    });
  });

  it('weighs positives by scalePositiveWeight, as weights would', () => {
    const scaled = train({ matrix, labels, params: params({ scalePositiveWeight: 3 }) }).model;
    const weights = labels.map((label) => (label === 1 ? 3 : 1));
    expect(train({ matrix, labels, weights, params: params() }).model).toEqual(scaled);
  });

  it('keeps at least gamma of gain and minChildWeight of cover in every split', () => {
    const { forest } = train({ matrix, labels, params: params({ gamma: 3, minChildWeight: 5 }) }).model;
    forest.feature.forEach((column, i) => {
      if (column >= 0) expect(forest.gain[i]).toBeGreaterThanOrEqual(3);
      expect(forest.cover[i]).toBeGreaterThanOrEqual(4.9999);
    });
    const splits = forest.feature.filter((column) => column >= 0).length;
    expect(splits).toBeGreaterThan(5);
  });

  it('cuts a feature of many values into at most maxBins bins, whatever one frequent value does', () => {
    const column = Float32Array.from({ length: 2000 }, (_, i) => (i < 1500 ? 0 : i));
    const data = { rows: 2000, names: ['x'], columns: [column] };
    const target = Float64Array.from(column, (x) => x * 2);
    const thresholds = (maxBins: number): Set<number> => {
      const options = params({ objective: 'reg:squarederror', maxBins, maxDepth: 8, rounds: 5, lambda: 0 });
      const { forest } = train({ matrix: data, labels: target, params: options }).model;
      return new Set(forest.value.filter((_, i) => forest.feature[i] === 0));
    };
    expect(thresholds(16).size).toBe(15);
    expect(thresholds(2).size).toBe(1);
  });

  it('trains on more than 65,536 bins', () => {
    const columns = Array.from({ length: 320 }, (_, c) =>
      Float32Array.from({ length: 300 }, (_, i) => (i * (c + 7)) % 299),
    );
    const data = { rows: 300, names: columns.map((_, c) => `c${c}`), columns };
    const target = Float64Array.from({ length: 300 }, (_, i) => ((i * 9) % 299 > 150 ? 1 : 0));
    const { model } = train({ matrix: data, labels: target, params: params({ rounds: 3 }) });
    expect(gainImportance(model)[0]).toMatchObject({ feature: 'c2' });
  });

  it('survives a sample without rows', () => {
    const options = params({ rounds: 30, subsample: 0.01, lambda: 0, minChildWeight: 0 });
    const few = sampleData(12, 9);
    const { model } = train({ matrix: few.matrix, labels: classesOf(few.score, 0), params: options });
    expect(Array.from(model.forest.value).every(Number.isFinite)).toBe(true);
  });
});

describe('early stopping', () => {
  const validation = { matrix: fresh.matrix, labels: classesOf(fresh.score) };

  it('stops when the metric stalls and keeps the trees up to the best round', () => {
    const seen: (number | undefined)[] = [];
    const result = train({
      matrix,
      labels,
      validation,
      params: params({ rounds: 500, eta: 0.5, earlyStoppingRounds: 10 }),
      onRound: (_, metric) => seen.push(metric),
    });
    expect(result.rounds).toBeLessThan(500);
    expect(result.rounds).toBe(result.bestIteration + 11);
    expect(treeCount(result.model.forest)).toBe(result.bestIteration + 1);
    expect(seen).toEqual(result.history);
    expect(Math.min(...result.history)).toBe(result.history[result.bestIteration]);
    expect(logLoss(scoreMatrix(result.model, fresh.matrix), validation.labels)).toBeCloseTo(
      result.history[result.bestIteration] ?? Number.NaN,
      6,
    );
  });

  it('keeps all trees without early stopping, and still reports the best round', () => {
    const result = train({ matrix, labels, validation, params: params({ rounds: 120, eta: 0.5 }) });
    expect(treeCount(result.model.forest)).toBe(120);
    expect(result.bestIteration).toBeLessThan(119);
  });

  it('measures a regression by its root mean squared error', () => {
    const result = train({
      matrix,
      labels: score,
      validation: { matrix: fresh.matrix, labels: fresh.score },
      params: params({ objective: 'reg:squarederror' }),
    });
    const last = result.history.at(-1);
    expect(rmse(scoreMatrix(result.model, fresh.matrix), fresh.score)).toBeCloseTo(last ?? Number.NaN, 6);
  });
});

describe('refused training input', () => {
  const run = (changes: Partial<Parameters<typeof train>[0]>): string =>
    failureCode(() => train({ matrix, labels, params: params(), ...changes }));
  const with0 = (value: number): Float64Array => labels.map((label, i) => (i === 0 ? value : label));

  it.each([
    ['a NaN label', { labels: with0(Number.NaN) }, 'bad-label'],
    ['a label that is no class', { labels: with0(2) }, 'bad-label'],
    [
      'an infinite target',
      { labels: with0(Infinity), params: params({ objective: 'reg:squarederror' }) },
      'bad-label',
    ],
    ['one class only', { labels: labels.map(() => 1) }, 'one-class'],
    ['one class with weight', { weights: labels }, 'one-class'],
    ['no rows', { matrix: toMatrix([], 2), labels: new Float64Array() }, 'no-rows'],
    ['no columns', { matrix: { rows: 600, names: [], columns: [] } }, 'no-columns'],
    ['fewer labels than rows', { labels: labels.slice(1) }, 'ragged-columns'],
    ['fewer names than columns', { matrix: { ...matrix, names: ['a'] } }, 'ragged-columns'],
    [
      'a short column',
      { matrix: { ...matrix, columns: matrix.columns.map((c, i) => (i === 1 ? c.slice(1) : c)) } },
      'ragged-columns',
    ],
    [
      'an infinite value',
      {
        matrix: { ...matrix, columns: matrix.columns.map((c, i) => (i === 1 ? c.map(() => -Infinity) : c)) },
      },
      'infinite-value',
    ],
    ['a negative weight', { weights: labels.map(() => -1) }, 'bad-weight'],
    ['weights that are all 0', { weights: labels.map(() => 0) }, 'bad-weight'],
    ['too few weights', { weights: Float64Array.of(1) }, 'bad-weight'],
    ['early stopping without validation', { params: params({ earlyStoppingRounds: 3 }) }, 'no-validation'],
    [
      'a validation of another width',
      { validation: { matrix: toMatrix([Float32Array.of(1)]), labels: Float64Array.of(1) } },
      'ragged-columns',
    ],
    ['a bad validation label', { validation: { matrix: fresh.matrix, labels: fresh.score } }, 'bad-label'],
  ])('fails on %s', (_, changes, code) => {
    expect(run(changes)).toBe(`training/${code}`);
  });

  it('fails when so few rows weigh against a class that the base has no margin, and names the parameter', () => {
    const rare = {
      matrix: toMatrix(Array.from({ length: 400 }, (_, i) => Float32Array.of(i))),
      labels: Float64Array.from({ length: 400 }, (_, i) => Number(i > 0)),
      params: params({ scalePositiveWeight: 1e6 }),
    };
    expect(failureCode(() => train(rare))).toBe('training/bad-weight');
    expect(() => train(rare)).toThrow(/scalePositiveWeight.*1000000/);
    expect(() => train({ ...rare, params: params({ scalePositiveWeight: 100 }) })).not.toThrow();
  });

  it('names every parameter out of range at once', () => {
    // A cast, because the types already refuse this objective.
    const wrong = {
      ...params({ eta: 0, maxDepth: 2.5, seed: -1, rounds: Number.NaN }),
      objective: 'rank:ndcg',
    } as unknown as BoosterParams;
    try {
      checkParams(wrong);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInput);
      const paths = error instanceof InvalidInput ? error.problems.map(({ path }) => path) : [];
      expect(paths).toEqual(['objective', 'rounds', 'maxDepth', 'eta', 'seed']);
    }
  });

  it('names a missing parameter', () => {
    // A cast, because a JSON file may lack what the types require.
    const { eta: _, ...rest } = DEFAULT_PARAMS;
    expect(() => checkParams(rest as BoosterParams)).toThrow('eta: is not allowed, got undefined');
  });

  it('accepts the defaults', () => {
    expect(() => checkParams(DEFAULT_PARAMS)).not.toThrow();
  });
});

function* rowsTwice(columns: readonly Float32Array[], rows: number): Generator<Float32Array> {
  for (let i = 0; i < 2 * rows; i++)
    yield Float32Array.from(columns, (column) => column[i % rows] ?? Number.NaN);
}
