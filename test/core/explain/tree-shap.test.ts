import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { treeExplainer } from '../../../lambdas/core/explain/tree-shap.ts';
import { readModel } from '../../../lambdas/core/trees/format/model-file.ts';
import { scoreOutputs } from '../../../lambdas/core/trees/scoring/score.ts';
import { KINDS, readAnswers } from '../trees/answers.ts';

const FOLDER = new URL('../../fixtures/xgboost/versions/', import.meta.url);
const cases = ['1.7.6', '2.1.4', '3.0.5', '3.1.3', '3.2.0'].flatMap((version) =>
  KINDS.flatMap((kind) => {
    const file = ['ubj', 'json']
      .map((format) => new URL(`${version}/${kind}.${format}`, FOLDER))
      .find((candidate) => existsSync(candidate));
    return file === undefined ? [] : [{ version, kind, file }];
  }),
);

describe.each(cases)('contributions of $kind of XGBoost $version', ({ version, kind, file }) => {
  const model = readModel(new Uint8Array(readFileSync(file)));
  const { rows, contributions } = readAnswers(new URL(`${version}/${kind}.answers`, FOLDER));
  const explain = treeExplainer(model);
  const ours = rows.map((row) => explain(row));
  const width = model.numFeatures + 1;

  it('gives the contributions of XGBoost within 1e-5', () => {
    expect(contributions).toBeDefined();
    const flat = ours.flatMap((row) => [...row]);
    expect(flat.length).toBe(contributions?.length);
    const scale = Math.max(1, ...flat.map(Math.abs));
    const apart = flat.map((value, i) => Math.abs(value - (contributions?.[i] ?? Number.NaN)));
    expect(Math.max(...apart) / scale).toBeLessThan(1e-5);
  });

  it('sums contributions to the margin', () => {
    rows.forEach((row, i) => {
      scoreOutputs(model, row).forEach((margin, output) => {
        const own = ours[i]?.subarray(output * width, (output + 1) * width) ?? new Float64Array();
        const sum = own.reduce((total, value) => total + value, 0);
        expect(Math.abs(sum - margin) / Math.max(1, Math.abs(margin))).toBeLessThan(1e-5);
      });
    });
  });
});
