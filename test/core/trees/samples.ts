import { readFileSync } from 'node:fs';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { type DocumentObject, objectAt, textAt } from '../../../lambdas/core/trees/format/document.ts';
import type { FeatureMatrix } from '../../../lambdas/core/trees/matrix.ts';
import { type BoosterParams, DEFAULT_PARAMS } from '../../../lambdas/core/trees/spec.ts';

const FOLDER = new URL('../../fixtures/xgboost/', import.meta.url);

/** Bytes of a file that make.py wrote with XGBoost. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

export function floats(name: string): Float32Array {
  return new Float32Array(fixture(name).buffer);
}

export function integers(name: string): Int32Array {
  return new Int32Array(fixture(name).buffer);
}

/** The rows of a fixture, five features each. */
export function fixtureRows(name: string): Float32Array[] {
  return toRows(floats(`${name}.rows.f32`), 5);
}

export function toRows(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

export function toMatrix(rows: readonly Float32Array[], width = rows[0]?.length ?? 0): FeatureMatrix {
  return {
    rows: rows.length,
    names: Array.from({ length: width }, (_, i) => `x${i}`),
    columns: Array.from({ length: width }, (_, i) => Float32Array.from(rows, (row) => row[i] ?? Number.NaN)),
  };
}

/** The same again until there are 256: from there on a batch is scored in blocks, not row by row. */
export function manyOf<T>(some: ArrayLike<T>): T[] {
  const times = some.length === 0 ? 0 : Math.ceil(256 / some.length);
  return Array.from({ length: times }, () => Array.from(some)).flat();
}

export function rowsOf(matrix: FeatureMatrix): Float32Array[] {
  return Array.from({ length: matrix.rows }, (_, row) =>
    Float32Array.from(matrix.columns, (c) => c[row] ?? 0),
  );
}

/** The bits of float32 values: equal only when every bit is. */
export function bits(values: ArrayLike<number>): number[] {
  return Array.from(new Uint32Array(Float32Array.from(values).buffer));
}

export function params(changes: Partial<BoosterParams> = {}): BoosterParams {
  return { ...DEFAULT_PARAMS, rounds: 20, maxDepth: 4, ...changes };
}

/** Rows with a signal in x0, x1 and in whether x2 is missing; x3 is noise, x4 constant, x5 all missing. */
export function sampleData(rows: number, seed: number): { matrix: FeatureMatrix; score: Float64Array } {
  const random = Random.fromSeed(seed);
  const draw = (): number => Math.round((random.uniform() - 0.5) * 200) / 10;
  const data = Array.from({ length: rows }, () => {
    const x2 = random.uniform() < 0.2 ? Number.NaN : draw();
    const x0 = random.uniform() < 0.1 ? Number.NaN : draw();
    return Float32Array.of(x0, draw(), x2, random.uniform(), 3, Number.NaN);
  });
  const score = Float64Array.from(data, ([x0 = 0, x1 = 0, x2 = 0]) => {
    return (Number.isNaN(x0) ? 0 : x0) - x1 / 2 + (Number.isNaN(x2) ? 6 : 0) + draw() / 4;
  });
  return { matrix: toMatrix(data), score };
}

export function classesOf(score: Float64Array, above = 2): Float64Array {
  return score.map((value) => (value > above ? 1 : 0));
}

/** The code of the RuntimeFailure that `run` throws; fails on any other outcome. */
export function failureCode(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeFailure' && 'code' in error)
      return String(error.code);
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** XGBoost's document with base_score as one number: the list of 3.1 and newer is silently dropped by older versions. */
export function withScalarStart(document: DocumentObject): DocumentObject {
  const learner = objectAt(document, 'learner');
  const parameters = objectAt(learner, 'learner_model_param');
  const base_score = textAt(parameters, 'base_score').replace(/^\[(.*)\]$/, '$1');
  return { ...document, learner: { ...learner, learner_model_param: { ...parameters, base_score } } };
}
