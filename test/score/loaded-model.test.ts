import { describe, expect, it } from 'vitest';
import { fitFeatures } from '../../lambdas/core/features/fit.ts';
import type { FeatureSpec } from '../../lambdas/core/features/spec.ts';
import type { Table } from '../../lambdas/core/table/table.ts';
import { writeUbj } from '../../lambdas/core/trees/format/model-file.ts';
import { train } from '../../lambdas/core/trees/training/train.ts';
import { loadModel } from '../../lambdas/score/loaded-model.ts';
import { writeBundle } from '../../lambdas/stores/bundle.ts';
import { encodeJson } from '../../lambdas/stores/json.ts';
import { params, toMatrix } from '../core/trees/samples.ts';
import { memoryObjects, virtualClock } from '../stores/crash.ts';
import { describeWith, python, runPython } from '../support/tools.ts';

const SPEC: FeatureSpec = {
  version: 1,
  fields: [
    { kind: 'numeric', name: 'age', description: 'in years' },
    { kind: 'categorical', name: 'job', description: 'trade', onUnseen: 'refuse', encoding: 'one-hot' },
    { kind: 'timestamp', name: 'called', description: 'hour', part: 'hour' },
  ],
};
const TABLE: Table = {
  rows: 4,
  columns: new Map([
    ['age', { kind: 'numeric', values: Float64Array.of(20, 30, 40, 50) }],
    ['job', { kind: 'category', codes: Int32Array.of(0, 0, 0, 1), dictionary: ['admin', 'cook'] }],
    ['called', { kind: 'numeric', values: Float64Array.of(0, 3_600_000, 0, 0) }],
  ]),
};

/** XGBoost's own model on random rows of [age, job=admin, job=cook, hour], and its prediction of one row. */
const TRAIN = `
import base64, json, sys
import numpy as np, xgboost as xgb
row = json.load(sys.stdin)
random = np.random.default_rng(1)
x = np.column_stack([random.uniform(18, 80, 500), *np.eye(2)[random.integers(0, 2, 500)].T, random.integers(0, 24, 500)])
y = (x[:, 0] + 20 * x[:, 1] + x[:, 3] > 60).astype(int)
model = xgb.train({"objective": "binary:logistic"}, xgb.DMatrix(x, y), 20)
raw = base64.b64encode(bytes(model.save_raw("ubj"))).decode()
asked = xgb.DMatrix(np.array([row], dtype=np.float32))
contributions = model.predict(asked, pred_contribs=True)[0].tolist()
print(json.dumps({"model": raw, "score": float(model.predict(asked)[0]), "contributions": contributions}))
`;

async function bundle(model: Uint8Array, spec = SPEC) {
  const objects = memoryObjects();
  const document = encodeJson({ schemaVersion: 1 });
  const files = new Map([
    ['model.ubj', model],
    ['features.json', encodeJson(fitFeatures(TABLE, spec))],
    ['profile.json', document],
    ['metrics.json', document],
    ['lineage.json', document],
  ]);
  return { objects, digest: await writeBundle({ objects, clock: virtualClock() }, 1, files) };
}

const row = new Map<string, string | number>(
  Object.entries({ age: 45, job: 'admin', called: Date.UTC(2026, 0, 1, 7, 30) }),
);

describeWith(python, 'a registered version of a model that XGBoost trained', () => {
  const { model, score, contributions } = runPython(TRAIN, [45, 1, 0, 7]) as {
    model: string;
    score: number;
    contributions: number[];
  };
  const bytes = Buffer.from(model, 'base64');

  it('gives the reasons of XGBoost, with the columns of a one-hot feature together, the largest first', async () => {
    const { objects, digest } = await bundle(bytes);
    const reasons = (await loadModel(objects, { version: 1, digest })).explain(row);
    const [age = 0, admin = 0, cook = 0, hour = 0, bias = 0] = contributions;
    const expected = new Map([
      ['age', age],
      ['job', admin + cook],
      ['called', hour],
    ]);
    expect(reasons.baseline).toBeCloseTo(bias, 5);
    expect(reasons.margin).toBeCloseTo(Math.log(score / (1 - score)), 4);
    for (const { feature, contribution } of reasons.contributions)
      expect(contribution).toBeCloseTo(expected.get(feature) ?? Number.NaN, 5);
    const sizes = reasons.contributions.map(({ contribution }) => Math.abs(contribution));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes.length).toBeGreaterThan(1);
  });

  it('scores a row as XGBoost does', async () => {
    const { objects, digest } = await bundle(bytes);
    const loaded = await loadModel(objects, { version: 1, digest });
    expect(loaded.score(row)).toEqual({ kind: 'scored', score: expect.closeTo(score, 6) });
  });
});

describe('a registered version', () => {
  const matrix = toMatrix(
    Array.from({ length: 40 }, (_, i) => Float32Array.of(20 + i, i % 2, 1 - (i % 2), 7)),
  );
  const labels = Float64Array.from({ length: 40 }, (_, i) => Number(i > 20));
  const bytes = writeUbj(train({ matrix, labels, params: params({ rounds: 5 }) }).model);

  it('refuses rows that its features refuse, without repeating their values', async () => {
    const { objects, digest } = await bundle(bytes);
    const loaded = await loadModel(objects, { version: 1, digest });
    const refused = loaded.score(new Map([...row, ['job', 'CANARY']]));
    expect(refused).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'features/unseen-category', path: 'features.job', allowed: expect.any(String) }],
    });
    expect(JSON.stringify(refused)).not.toContain('CANARY');
  });

  it('fails when its trees and its features do not fit', async () => {
    const { objects, digest } = await bundle(bytes, { ...SPEC, fields: SPEC.fields.slice(0, 2) });
    const loaded = await loadModel(objects, { version: 1, digest });
    expect(() => loaded.score(row)).toThrow(expect.objectContaining({ code: 'scoring/wrong-width' }));
  });

  it('fails to load when a byte was changed after registration', async () => {
    const { objects, digest } = await bundle(bytes);
    const forged = Uint8Array.from(bytes);
    forged[forged.length >> 1] = (forged[forged.length >> 1] as number) ^ 1; // inside the array
    await objects.write('models/1/model.ubj', [forged]);
    await expect(loadModel(objects, { version: 1, digest })).rejects.toMatchObject({
      code: 'bundle/digest-mismatch',
    });
    await expect(loadModel(objects, { version: 1, digest: 'other' })).rejects.toMatchObject({
      code: 'bundle/digest-mismatch',
    });
  });
});
