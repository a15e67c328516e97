import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { DocumentObject } from '../../../../lambdas/core/trees/format/document.ts';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import { parseUbjson } from '../../../../lambdas/core/trees/format/ubjson.ts';
import { writeUbjson } from '../../../../lambdas/core/trees/format/ubjson-writer.ts';
import type { FeatureMatrix } from '../../../../lambdas/core/trees/matrix.ts';
import type { TreeModel } from '../../../../lambdas/core/trees/model.ts';
import { toPrediction } from '../../../../lambdas/core/trees/objective.ts';
import { scoreMatrix } from '../../../../lambdas/core/trees/scoring/score.ts';
import { train } from '../../../../lambdas/core/trees/training/train.ts';
import { dataFile, describeWith, python, run } from '../../../support/tools.ts';
import {
  bits,
  classesOf,
  fixture,
  params,
  rowsOf,
  sampleData,
  toMatrix,
  toRows,
  withScalarStart,
} from '../samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'xgboost-'));
const path = (name: string): string => join(folder, name);

/** Scores rows.f32 with a model file and writes margins and predictions. */
const PREDICT = `
import sys, numpy as np, xgboost as xgb
folder, file, width = sys.argv[1], sys.argv[2], int(sys.argv[3])
booster = xgb.Booster({"nthread": 1}, model_file=f"{folder}/{file}")
rows = np.fromfile(f"{folder}/rows.f32", dtype="<f4").reshape(-1, width)
data = xgb.DMatrix(rows, feature_names=booster.feature_names)
booster.predict(data, output_margin=True).astype("<f4").tofile(f"{folder}/margins.f32")
booster.predict(data).astype("<f4").tofile(f"{folder}/predictions.f32")
booster.save_model(f"{folder}/again.ubj")
`;

/** Trains a model on random rows with missing values and writes it with rows and margins. */
const TRAIN = `
import sys, numpy as np, xgboost as xgb
folder, seed, objective, method = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
rng = np.random.default_rng(seed)
X = rng.normal(size=(800, 6)).astype("<f4")
X[rng.random(X.shape) < 0.2] = np.nan
y = np.nan_to_num(X[:, 0]) * 3 + np.nan_to_num(X[:, 1]) ** 2 + rng.normal(size=800)
if objective == "binary:logistic":
    y = (y > 1).astype(int)
parameters = {"objective": objective, "tree_method": method, "max_depth": int(rng.integers(1, 9)), "nthread": 1,
              "eta": float(rng.uniform(0.05, 1)), "gamma": float(rng.uniform(0, 1)), "seed": seed}
booster = xgb.train(parameters, xgb.DMatrix(X, label=y), int(rng.integers(1, 60)))
booster.save_model(f"{folder}/live.ubj")
booster.save_model(f"{folder}/live.json")
X.tofile(f"{folder}/live.f32")
booster.predict(xgb.DMatrix(X), output_margin=True).astype("<f4").tofile(f"{folder}/live-margins.f32")
`;

const ask = (script: string, ...args: string[]) => run(python, ['-c', script, folder, ...args]);
const readFloats = (name: string): Float32Array =>
  new Float32Array(new Uint8Array(readFileSync(path(name))).buffer);

/** What XGBoost says about the rows with a model file of ours. */
function askXgboost(file: string, bytes: Uint8Array, matrix: FeatureMatrix): [Float32Array, Float32Array] {
  writeFileSync(path(file), bytes);
  writeFileSync(path('rows.f32'), Float32Array.from(rowsOf(matrix).flatMap((row) => [...row])));
  ask(PREDICT, file, String(matrix.columns.length));
  return [readFloats('margins.f32'), readFloats('predictions.f32')];
}

/** Rows on the thresholds of a model and one float32 step below. */
function edgeRows(model: TreeModel, width: number): Float32Array[] {
  const { feature, value } = model.forest;
  const rows: Float32Array[] = [];
  feature.forEach((column, at) => {
    if (column < 0) return;
    const threshold = value[at] ?? 0;
    for (const x of [threshold, stepBelow(threshold)]) {
      const row = new Float32Array(width).fill(at % 2 === 0 ? Number.NaN : 0.5);
      row[column] = x;
      rows.push(row);
    }
  });
  return rows;
}

function stepBelow(value: number): number {
  const word = new Int32Array(Float32Array.of(value).buffer);
  if (value === 0) return -1.401298464324817e-45;
  word[0] = (word[0] ?? 0) + (value > 0 ? -1 : 1);
  return new Float32Array(word.buffer)[0] ?? value;
}

afterAll(() => rmSync(folder, { recursive: true }));

describeWith(python, 'our models in the installed XGBoost', () => {
  it.each([
    ['binary:logistic', 'ours.ubj', writeUbj],
    ['binary:logistic', 'ours.json', writeJson],
    ['reg:squarederror', 'ours.ubj', writeUbj],
    ['reg:squarederror', 'ours.json', writeJson],
  ] as const)('gives our %s model, as %s, the same margins to the last bit', (objective, file, write) => {
    const { matrix, score } = sampleData(1500, 11);
    const labels = objective === 'binary:logistic' ? classesOf(score) : score;
    const options = params({ objective, rounds: 40, maxDepth: 6, subsample: 0.8, columnSample: 0.7 });
    const { model } = train({ matrix, labels, params: options });
    const rows = [...rowsOf(matrix), ...edgeRows(model, matrix.columns.length)];
    // XGBoost refuses infinite values in a DMatrix.
    const asked = toMatrix(rows.filter((row) => row.every((x) => Math.abs(x) !== Infinity)));
    const [margins, predictions] = askXgboost(file, write(model), asked);
    const ours = scoreMatrix(model, asked);
    expect(asked.rows).toBeGreaterThan(2000);
    expect(bits(margins)).toEqual(bits(ours));
    const theirs = bits(predictions);
    const predicted = bits(Array.from(ours, (margin) => toPrediction(objective, margin)));
    expect(Math.max(...predicted.map((p, i) => Math.abs(p - (theirs[i] ?? 0))))).toBeLessThanOrEqual(1);
  });

  it('reads our bytes as its own: it saves our model as we wrote it, but for the list of its base_score', () => {
    const { matrix, score } = sampleData(500, 12);
    const { model } = train({ matrix, labels: score, params: params({ objective: 'reg:squarederror' }) });
    const bytes = writeUbj(model);
    askXgboost('ours.ubj', bytes, matrix);
    const again = parseUbjson(new Uint8Array(readFileSync(path('again.ubj')))) as DocumentObject;
    expect(Buffer.from(writeUbjson(withScalarStart(again))).equals(bytes)).toBe(true);
  });

  it('reads a pruned model that we read and wrote again', () => {
    const model = readModel(fixture('pruned.ubj'));
    const { matrix } = sampleData(300, 13);
    const five = { ...matrix, columns: matrix.columns.slice(0, 5) };
    const [margins] = askXgboost('pruned.json', writeJson(model), five);
    expect(bits(scoreMatrix(model, five))).toEqual(bits(margins));
  });

  const seed = Math.trunc(Date.now() / 1000) % 1_000_000;
  it.each(
    ['binary:logistic', 'reg:squarederror'].flatMap((objective) =>
      ['hist', 'exact'].map((method, i) => [objective, method, seed + i] as const),
    ),
  )('scores a fresh %s model (%s, seed %i) to the last bit', (objective, method, fresh) => {
    ask(TRAIN, String(fresh), objective, method);
    const data = toMatrix(toRows(readFloats('live.f32'), 6));
    for (const file of ['live.ubj', 'live.json']) {
      const model = readModel(new Uint8Array(readFileSync(path(file))));
      expect(bits(scoreMatrix(model, data))).toEqual(bits(readFloats('live-margins.f32')));
    }
  });
});

const bank = dataFile('bank-full.csv.gz');

/** Trains on four rows of five and prints the AUC on the fifth. */
const BANK = `
import sys, numpy as np, xgboost as xgb
folder = sys.argv[1]
table = np.fromfile(f"{folder}/bank.f32", dtype="<f4").reshape(-1, 17)
X, y = table[:, :16], table[:, 16]
held = np.arange(len(y)) % 5 == 4
parameters = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "nthread": 1}
booster = xgb.train(parameters, xgb.DMatrix(X[~held], label=y[~held]), 200)
booster.predict(xgb.DMatrix(X[held]), output_margin=True).astype("<f4").tofile(f"{folder}/bank-margins.f32")
`;

/** Area under the ROC curve by the rank sum; ties count half. */
function auc(margins: Float32Array, labels: ArrayLike<number>): number {
  const order = Array.from(margins.keys()).sort((a, b) => (margins[a] ?? 0) - (margins[b] ?? 0));
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && margins[order[to] ?? 0] === margins[order[from] ?? 0]) to++;
    for (let i = from; i < to; i++) {
      if (labels[order[i] ?? 0] !== 1) continue;
      positives++;
      rankSum += (from + to + 1) / 2;
    }
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

describeWith([python, bank], 'our training on the bank marketing data', () => {
  it('trains as accurately as XGBoost: AUC within 0.002 on the same codes and split', () => {
    const [, ...lines] = bank.text().trim().split('\n');
    const cells = lines.map((line) => line.split(','));
    const columns = Array.from({ length: 17 }, (_, i) => {
      const texts = cells.map((row) => row[i] ?? '');
      if (texts.every((text) => Number.isFinite(Number(text)))) return Float32Array.from(texts, Number);
      const codes = new Map([...new Set(texts)].sort().map((text, code) => [text, code]));
      return Float32Array.from(texts, (text) => codes.get(text) ?? Number.NaN);
    });
    writeFileSync(
      path('bank.f32'),
      Float32Array.from(cells.flatMap((_, r) => columns.map((c) => c[r] ?? 0))),
    );
    ask(BANK);
    const part = (held: boolean): { matrix: FeatureMatrix; labels: Float64Array } => {
      const pick = (column: Float32Array): Float32Array => column.filter((_, i) => (i % 5 === 4) === held);
      const features = columns.slice(0, 16).map(pick);
      const labels = Float64Array.from(pick(columns[16] ?? new Float32Array()));
      return {
        matrix: { rows: labels.length, names: features.map((_, i) => `f${i}`), columns: features },
        labels,
      };
    };
    const { model } = train({ ...part(false), params: params({ rounds: 200, maxDepth: 6 }) });
    const { matrix, labels } = part(true);
    const ours = auc(scoreMatrix(model, matrix), labels);
    const theirs = auc(readFloats('bank-margins.f32'), labels);
    expect(theirs).toBeGreaterThan(0.92);
    expect(Math.abs(ours - theirs)).toBeLessThan(0.002);
  });
});
