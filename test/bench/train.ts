/** Training 200 trees of depth 6 on 45,211 rows and 16 columns, binning included, one thread; and the AUC it gives. */

import { rmSync } from 'node:fs';
import { auc, splitByClass } from '../../lambdas/core/metrics/ranking.ts';
import type { FeatureMatrix } from '../../lambdas/core/trees/matrix.ts';
import { scoreMatrix } from '../../lambdas/core/trees/scoring/score.ts';
import { DEFAULT_PARAMS } from '../../lambdas/core/trees/spec.ts';
import { train } from '../../lambdas/core/trees/training/train.ts';
import { best, floats, line, matrixOf, peers, prepare } from './peers.ts';

const params = { ...DEFAULT_PARAMS, rounds: 200, maxDepth: 6, eta: 0.1 };

interface Peers {
  readonly xgboost: { readonly sec: number; readonly auc: number };
  readonly lightgbm: { readonly sec: number };
}

export async function run(): Promise<void> {
  const folder = prepare();
  try {
    const matrix = matrixOf(folder, 'features');
    const labels = Float64Array.from(floats(folder, 'labels'));
    const sec = best(() => train({ matrix, labels, params }));
    const { xgboost, lightgbm } = peers<Peers>('train', folder);
    console.log(line('200 trees, s', sec, 'lightgbm', lightgbm.sec, true));
    console.log(line('200 trees, s', sec, 'xgboost ', xgboost.sec, true));
    console.log(
      `${'AUC on every fifth row'.padEnd(28)} ours ${heldOutAuc(matrix, labels).toFixed(5)}   xgboost ${xgboost.auc.toFixed(5)}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function heldOutAuc(matrix: FeatureMatrix, labels: Float64Array): number {
  const part = (held: boolean): { matrix: FeatureMatrix; labels: Float64Array } => {
    const isPart = (_: number, row: number): boolean => (row % 5 === 4) === held;
    const own = labels.filter(isPart);
    return {
      matrix: { ...matrix, rows: own.length, columns: matrix.columns.map((c) => c.filter(isPart)) },
      labels: own,
    };
  };
  const { model } = train({ ...part(false), params });
  const test = part(true);
  return auc(splitByClass(test.labels, scoreMatrix(model, test.matrix)));
}
