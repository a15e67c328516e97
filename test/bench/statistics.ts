/**
 * Every rate, interval and test that the product states, held to it by simulation: the tables of `test/statistics`, each
 * cell beside its bar. `MLOPS_BENCH_TABLES=a,b` chooses tables by the names of their files.
 */

import { readdirSync } from 'node:fs';
import { cellLine, isHeld, type Table } from '../statistics/cell.ts';

const FOLDER = new URL('../statistics/', import.meta.url);
const SEED = 1;

export async function run(): Promise<void> {
  const chosen = process.env.MLOPS_BENCH_TABLES?.split(',');
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'cell.ts')
    .filter((file) => chosen === undefined || chosen.includes(file.slice(0, -'.ts'.length)))
    .sort();
  let missed = 0;
  for (const file of files) {
    const started = performance.now();
    const { table } = (await import(new URL(file, FOLDER).href)) as { readonly table: Table };
    console.log(`\n${table.title}: ${table.runs} runs`);
    for await (const cell of table.cells({ runs: table.runs, seed: SEED })) {
      if (!isHeld(cell)) missed += 1;
      console.log(cellLine(cell));
    }
    console.log(`  ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  }
  console.log(`\n${files.length} tables, ${missed} cells beyond their bar`);
  if (missed > 0) process.exitCode = 1;
}
