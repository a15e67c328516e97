import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import { KINDS, readAnswers } from '../answers.ts';
import { expectSameAnswers } from './interchange.ts';

const FOLDER = new URL('../../../fixtures/xgboost/versions/', import.meta.url);
const files = ['1.7.6', '2.1.4', '3.0.5', '3.1.3', '3.2.0'].flatMap((version) =>
  KINDS.flatMap((kind) =>
    ['ubj', 'json', 'binf']
      .map((format) => ({ version, kind, format, file: new URL(`${version}/${kind}.${format}`, FOLDER) }))
      .filter(({ file }) => existsSync(file)),
  ),
);

it('covers models of every kind and version in all three formats', () => {
  expect(files.length).toBe(5 * KINDS.length + 2 * (KINDS.length - 3));
  expect(new Set(files.map(({ format }) => format)).size).toBe(3);
});

describe.each(files)('$kind of XGBoost $version as $format', ({ version, kind, file }) => {
  const model = readModel(new Uint8Array(readFileSync(file)));
  const answers = readAnswers(new URL(`${version}/${kind}.answers`, FOLDER));

  it('gives the margins, leaves and predictions of XGBoost', () => {
    expectSameAnswers(model, answers);
  });

  it('gives the same results after writing and reading it again, in both formats', () => {
    for (const bytes of [writeUbj(model), writeJson(model)]) {
      const again = readModel(bytes);
      expect(again).toEqual(model);
      expectSameAnswers(again, answers);
    }
  });
});
