/** The peers of peers.py, and the data and model that they share with us. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FeatureMatrix } from '../../lambdas/core/trees/matrix.ts';

const WIDTH = 16;
const SCRIPT = fileURLToPath(new URL('peers.py', import.meta.url));
const environment = join(homedir(), '.cache/mlops-blueprint/peers/bin/python');
const python = existsSync(environment) ? environment : 'python3';
const data = join(process.env.MLOPS_DATA ?? '../shared/data', 'bank-full.csv.gz');

/** A folder with the bank data as float32 columns, and a model that XGBoost trained on them. */
export function prepare(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  if (!existsSync(data)) throw new Error(`${data} is missing: put bank-full.csv.gz there or set MLOPS_DATA`);
  execFileSync(python, [SCRIPT, 'prepare', folder, data], { stdio: ['ignore', 'inherit', 'inherit'] });
  return folder;
}

/** What the peers measured of themselves. */
export function peers<T>(command: 'score' | 'train' | 'explain', folder: string): T {
  const text = execFileSync(python, ['-W', 'ignore', SCRIPT, command, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(text) as T;
}

export function floats(folder: string, name: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(join(folder, `${name}.f32`))).buffer);
}

export function matrixOf(folder: string, name: string): FeatureMatrix {
  const values = floats(folder, name);
  const rows = values.length / WIDTH;
  const columns = Array.from({ length: WIDTH }, (_, i) => values.slice(i * rows, (i + 1) * rows));
  return { rows, names: columns.map((_, i) => `f${i}`), columns };
}

/** Seconds of the fastest of several runs. */
export function best(run: () => unknown, times = 5): number {
  return Math.min(
    ...Array.from({ length: times }, () => {
      const started = performance.now();
      run();
      return (performance.now() - started) / 1_000;
    }),
  );
}

/** Microseconds of the median call, after warming up. */
export function medianCall(run: (call: number) => unknown, calls = 20_000): number {
  for (let call = 0; call < 5_000; call++) run(call);
  const spent = Array.from({ length: calls }, (_, call) => {
    const started = process.hrtime.bigint();
    run(call);
    return Number(process.hrtime.bigint() - started);
  });
  spent.sort((a, b) => a - b);
  return (spent[calls >> 1] ?? Number.NaN) / 1_000;
}

/** One line: ours, the peer's, and how many times better ours is. */
export function line(
  what: string,
  ours: number,
  peer: string,
  theirs: number,
  lowerIsBetter = false,
): string {
  const ratio = lowerIsBetter ? theirs / ours : ours / theirs;
  const show = (value: number): string =>
    value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
  return `${what.padEnd(28)} ours ${show(ours).padStart(9)}   ${peer} ${show(theirs).padStart(9)}   ratio ${ratio.toFixed(2)}`;
}
