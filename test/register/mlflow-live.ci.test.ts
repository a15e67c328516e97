import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { readModel } from '../../lambdas/core/trees/format/model-file.ts';
import { toPrediction } from '../../lambdas/core/trees/objective.ts';
import { scoreMatrix } from '../../lambdas/core/trees/scoring/score.ts';
import { runRegister } from '../../lambdas/register/register.ts';
import { describeWith, pythonWith, run } from '../support/tools.ts';
import { numericFeatures } from './facts.ts';
import { configOf, createWorld } from './register-fixture.ts';

const mlflow = pythonWith(['mlflow', 'pandas', 'xgboost']);

/** Names as encoding makes them, with what YAML and JSON find hard. */
const NAMES = ['age', 'job=admin.', 'job=größe "x"', "owner's share: 100 %", 'hidden\u2028line'];

const TRAIN = `
import base64, json, sys, numpy as np, xgboost as xgb
names = json.load(sys.stdin)
rng = np.random.default_rng(5)
X = rng.normal(size=(800, len(names))).astype('f4')
X[rng.random(X.shape) < 0.1] = np.nan
y = (np.nan_to_num(X[:, 0]) + np.nan_to_num(X[:, 3]) ** 2 + rng.normal(size=800) > 0.7).astype('f4')
booster = xgb.train({'objective': 'binary:logistic', 'max_depth': 5, 'seed': 1},
                    xgb.DMatrix(X, y, feature_names=names), 60)
rows = [[None if np.isnan(v) else float(v) for v in row] for row in X[:300]]
print(json.dumps({'model': base64.b64encode(bytes(booster.save_raw('ubj'))).decode(), 'rows': rows}))
`;

const LOAD = `
import json, sys, numpy as np, pandas as pd, mlflow.pyfunc, mlflow.xgboost
asked = json.load(sys.stdin)
model = mlflow.pyfunc.load_model(asked['folder'])
frame = pd.DataFrame(asked['rows'], columns=asked['names'], dtype='float32')
scores = np.asarray(model.predict(frame), dtype='f4')
booster = mlflow.xgboost.load_model(asked['folder'])
try:
    model.predict(frame.drop(columns=asked['names'][0]))
    refused = False
except mlflow.exceptions.MlflowException:
    refused = True
print(json.dumps({
    'scores': [int(v) for v in scores.view('i4')],
    'inputs': model.metadata.signature.inputs.input_names(),
    'types': [str(t) for t in model.metadata.signature.inputs.input_types()],
    'flavors': sorted(model.metadata.flavors),
    'rounds': booster.num_boosted_rounds(),
    'refused': refused,
}))
`;

/** The scripts above print one JSON document of this shape. */
const python = <T>(script: string, input: unknown): T =>
  JSON.parse(run(mlflow, ['-W', 'ignore', '-c', script], JSON.stringify(input))) as T;

interface Trained {
  readonly model: string;
  readonly rows: readonly (readonly (number | null)[])[];
}

interface Loaded {
  readonly scores: readonly number[];
  readonly inputs: readonly string[];
  readonly types: readonly string[];
  readonly flavors: readonly string[];
  readonly rounds: number;
  readonly refused: boolean;
}

describeWith(mlflow, 'a registered bundle in real MLflow', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-mlflow-'));
  let trained: Trained;
  let loaded: Loaded;

  beforeAll(async () => {
    trained = python<Trained>(TRAIN, NAMES);
    const world = createWorld(createObjectStore(folder));
    const features = numericFeatures(NAMES);
    await world.trained('run-1', { candidate: { model: Buffer.from(trained.model, 'base64'), features } });
    await runRegister({ ports: world.process(), config: configOf(), input: { runId: 'run-1', fence: 1 } });
    loaded = python<Loaded>(LOAD, { folder: join(folder, 'models/1'), names: NAMES, rows: trained.rows });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loads in both flavors, with our encoded names as its signature', () => {
    expect(loaded.inputs).toEqual(NAMES);
    expect(new Set(loaded.types)).toEqual(new Set(['DataType.float']));
    expect(loaded.flavors).toEqual(['python_function', 'xgboost']);
    expect(loaded.rounds).toBe(60);
  });

  it('predicts as we do, within one unit in the last place of a float32', () => {
    const model = readModel(Buffer.from(trained.model, 'base64'));
    const columns = NAMES.map((_, column) =>
      Float32Array.from(trained.rows, (row) => row[column] ?? Number.NaN),
    );
    const margins = scoreMatrix(model, { rows: trained.rows.length, names: NAMES, columns });
    const ours = margins.map((margin) => toPrediction(model.objective, margin));
    // Scores are positive, so the order of their bits is the order of the numbers.
    const bits = [...new Int32Array(ours.buffer, ours.byteOffset, ours.length)];
    expect(bits).toHaveLength(loaded.scores.length);
    const apart = bits.map((value, row) => Math.abs(value - (loaded.scores[row] as number)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(new Set(bits).size).toBeGreaterThan(100);
  });

  it('refuses a frame without one of the columns', () => {
    expect(loaded.refused).toBe(true);
  });
});
