/**
 * What each function is deployed with, and how long it takes to load: its bundle with everything that it may come to
 * import, what it imports at once, and the time from the start of Node to a handler, under the Node that the template
 * names.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundlesOf } from '../../constructs/shared/bundle.ts';
import { BUNDLING, type BundledCloud } from '../../constructs/shared/bundling.ts';
import { node24, versionOf } from './node24.ts';

const RUNS = 9;
/** Scoring is what somebody waits for. On Google Cloud its adapters are calls of `fetch`, and AWS's are an SDK. */
const SCORE_LIMIT_MS: Readonly<Record<BundledCloud, number>> = { aws: 400, gcp: 150 };

/** Loads one bundle in a process of its own and prints how long that took, in ms. */
const LOAD = `const t=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-t))`;

export async function run(): Promise<void> {
  const node = node24();
  process.stdout.write(`functions under Node ${versionOf(node)}, median of ${RUNS} cold loads\n`);
  for (const cloud of Object.keys(BUNDLING) as BundledCloud[]) measure(cloud, node); // its keys
}

function measure(cloud: BundledCloud, node: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-functions-'));
  try {
    const rows: string[] = [];
    for (const [name, files] of bundlesOf(cloud)) {
      for (const file of files) {
        const path = join(folder, name, file.name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, file.bytes);
      }
      const entry = join(folder, name, `${name}.mjs`);
      const times = Array.from({ length: RUNS }, () =>
        Number(execFileSync(node, ['--input-type=module', '-e', LOAD, entry], { encoding: 'utf8' })),
      ).sort((a, b) => a - b);
      const whole = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
      const median = times[Math.floor(RUNS / 2)] ?? Number.NaN;
      rows.push(
        `${name.padEnd(14)} ${String(files.length).padStart(3)} files ${(whole / 1024).toFixed(0).padStart(6)} KB  load ${median.toFixed(0).padStart(4)} ms${limitText(name, cloud, median)}`,
      );
    }
    process.stdout.write(`${cloud}\n${rows.join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function limitText(name: string, cloud: BundledCloud, median: number): string {
  if (name !== 'score') return '';
  const limit = SCORE_LIMIT_MS[cloud];
  return median <= limit ? `  (at most ${limit})` : `  OVER ${limit}`;
}
