import { describe, expect, it } from 'vitest';
import type { DocumentObject } from '../../../../lambdas/core/trees/format/document.ts';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import { parseUbjson } from '../../../../lambdas/core/trees/format/ubjson.ts';
import { writeUbjson } from '../../../../lambdas/core/trees/format/ubjson-writer.ts';
import { treeCount } from '../../../../lambdas/core/trees/model.ts';
import { toPrediction } from '../../../../lambdas/core/trees/objective.ts';
import { scoreLeaves, scoreMatrix, scoreRow } from '../../../../lambdas/core/trees/scoring/score.ts';
import {
  bits,
  fixture,
  fixtureRows,
  floats,
  integers,
  manyOf,
  toMatrix,
  withScalarStart,
} from '../samples.ts';

describe.each(['logistic', 'regression', 'pruned', 'tiny'])('the %s model of XGBoost 3.2', (name) => {
  const model = readModel(fixture(`${name}.ubj`));
  const rows = fixtureRows(name);

  it('reads the same model from UBJSON and JSON', () => {
    expect(readModel(fixture(`${name}.json`))).toEqual(model);
  });

  it('gives the margins of XGBoost to the last bit, on thresholds and one step below too', () => {
    const margins = rows.map((row) => scoreRow(model, row));
    expect(bits(margins)).toEqual(bits(floats(`${name}.margins.f32`)));
  });

  it('gives the same margins in a batch', () => {
    const margins = floats(`${name}.margins.f32`);
    expect(bits(scoreMatrix(model, toMatrix(rows)))).toEqual(bits(margins));
    expect(bits(scoreMatrix(model, toMatrix(manyOf(rows))))).toEqual(bits(manyOf(margins)));
  });

  it('reaches the same leaves', () => {
    const leaves = rows.flatMap((row) => Array.from(scoreLeaves(model, row)));
    expect(leaves).toEqual(Array.from(integers(`${name}.leaves.i32`)));
    expect(leaves.length).toBe(rows.length * treeCount(model.forest));
  });

  it('predicts the same', () => {
    const expected = bits(floats(`${name}.predictions.f32`));
    const predicted = bits(rows.map((row) => toPrediction(model.objective, scoreRow(model, row))));
    predicted.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThanOrEqual(1);
    });
  });

  it('reads the same model back after writing it, in both formats', () => {
    expect(readModel(writeUbj(model))).toEqual(model);
    expect(readModel(writeJson(model))).toEqual(model);
  });
});

describe.each(['logistic', 'regression', 'tiny'])('the written %s model', (name) => {
  const model = readModel(fixture(`${name}.ubj`));

  it("has the bytes of XGBoost's UBJSON, but for base_score as one number", () => {
    const theirs = fixture(`${name}.ubj`);
    const document = parseUbjson(theirs) as DocumentObject;
    expect(Buffer.from(writeUbjson(document)).equals(theirs)).toBe(true);
    expect(Buffer.from(writeUbj(model)).equals(writeUbjson(withScalarStart(document)))).toBe(true);
  });

  it('equals the JSON document of XGBoost, with floats as floats and integers as integers', () => {
    const [ours, theirs] = [writeJson(model), fixture(`${name}.json`)].map((bytes) =>
      new TextDecoder().decode(bytes).replace(/"base_score":"\[(.*?)\]"/, '"base_score":"$1"'),
    );
    const asFloat32 = (_: string, value: unknown): unknown =>
      typeof value === 'number' ? Math.fround(value) : value;
    expect(JSON.parse(ours ?? '', asFloat32)).toEqual(JSON.parse(theirs ?? '', asFloat32));
    // Halfway cases of the last digit are rounded another way; the shape of every number is the same.
    const shape = (text = ''): string => text.replaceAll(/\d/g, '0');
    expect(shape(ours)).toBe(shape(theirs));
  });
});

describe('names in a model file', () => {
  it('keeps feature names and types, in UTF-8', () => {
    const model = readModel(fixture('logistic.ubj'));
    expect(model.featureNames).toEqual(['age', 'balance', 'délai', 'duration', 'campaign']);
    expect(model.numFeatures).toBe(5);
  });

  it('reads a model without names as one without names', () => {
    const model = readModel(fixture('regression.ubj'));
    expect(model.featureNames).toEqual([]);
    expect(model.baseMargins).toEqual(model.baseScores);
  });
});
