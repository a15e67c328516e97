/** Scoring with 200 trees of depth 6 over 16 columns, one thread: one row, 100,000 rows, and with 20 % missing. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '../../lambdas/core/trees/format/model-file.ts';
import { toPrediction } from '../../lambdas/core/trees/objective.ts';
import { scoreMatrix, scoreRow } from '../../lambdas/core/trees/scoring/score.ts';
import { best, line, matrixOf, medianCall, peers, prepare } from './peers.ts';

interface Peers {
  readonly xgboost: {
    readonly rowUs: number;
    readonly batchRowsPerSec: number;
    readonly missingRowsPerSec: number;
  };
  readonly onnxruntime: { readonly rowUs: number; readonly batchRowsPerSec: number };
}

export async function run(): Promise<void> {
  const folder = prepare();
  try {
    const model = readModel(new Uint8Array(readFileSync(join(folder, 'model.ubj'))));
    const batch = matrixOf(folder, 'batch');
    const missing = matrixOf(folder, 'missing');
    const rows = Array.from({ length: 1_000 }, (_, i) =>
      Float32Array.from(batch.columns, (column) => column[i] ?? 0),
    );
    const predict = (row: Float32Array): number => toPrediction(model.objective, scoreRow(model, row));
    const rowUs = medianCall((call) => predict(rows[call % rows.length] as Float32Array));
    const rate = (matrix: typeof batch): number =>
      matrix.rows /
      best(() => scoreMatrix(model, matrix).map((margin) => toPrediction(model.objective, margin)));
    const [dense, sparse] = [rate(batch), rate(missing)];
    const { xgboost, onnxruntime } = peers<Peers>('score', folder);
    console.log(line('one row, us', rowUs, 'onnxruntime', onnxruntime.rowUs, true));
    console.log(line('one row, us', rowUs, 'xgboost    ', xgboost.rowUs, true));
    console.log(line('100,000 rows, rows/s', dense, 'xgboost    ', xgboost.batchRowsPerSec));
    console.log(line('100,000 rows, rows/s', dense, 'onnxruntime', onnxruntime.batchRowsPerSec));
    console.log(line('20 % missing, rows/s', sparse, 'xgboost    ', xgboost.missingRowsPerSec));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
