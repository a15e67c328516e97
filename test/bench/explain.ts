/** Exact SHAP values of 200 trees of depth 6 over 16 columns, one thread. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { treeExplainer } from '../../lambdas/core/explain/tree-shap.ts';
import { readModel } from '../../lambdas/core/trees/format/model-file.ts';
import { best, line, matrixOf, medianCall, peers, prepare } from './peers.ts';

interface Peers {
  readonly xgboost: { readonly rowUs: number; readonly batchRowsPerSec: number };
}

export async function run(): Promise<void> {
  const folder = prepare();
  try {
    const model = readModel(new Uint8Array(readFileSync(join(folder, 'model.ubj'))));
    const { columns } = matrixOf(folder, 'batch');
    const rows = Array.from({ length: 5_000 }, (_, i) =>
      Float32Array.from(columns, (column) => column[i] ?? 0),
    );
    const cold = best(() => {
      const explain = treeExplainer(model);
      for (const row of rows) explain(row);
    }, 2);
    const explain = treeExplainer(model);
    const rowUs = medianCall((call) => explain(rows[call % rows.length] as Float32Array), 2_000);
    const { xgboost } = peers<Peers>('explain', folder);
    console.log(line('5,000 rows, rows/s', rows.length / cold, 'xgboost', xgboost.batchRowsPerSec));
    console.log(line('one row, us', rowUs, 'xgboost', xgboost.rowUs, true));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
