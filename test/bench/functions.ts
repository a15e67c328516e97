/**
 * What each function is deployed with, and how long it takes to load: its bundle with everything that it may come to
 * import, what it imports at once, and the time from the start of Node to a handler, under the Node that the templates
 * of its cloud name.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundlesOf } from '../../constructs/shared/bundle.ts';
import { BUNDLING, type BundledCloud } from '../../constructs/shared/bundling.ts';
import { nodeOf, versionOf } from './node24.ts';

const RUNS = 9;
/**
 * Scoring is what somebody waits for. On Google Cloud its adapters are calls of `fetch`, and AWS's are an SDK. An app of
 * Azure loads the package that it registers its functions with, too.
 */
const SCORING: Readonly<Record<BundledCloud, { readonly unit: string; readonly limitMs: number }>> = {
  aws: { unit: 'score', limitMs: 400 },
  gcp: { unit: 'score', limitMs: 150 },
  azure: { unit: 'scoring', limitMs: 250 },
};

/** Packages that the runtime of a cloud provides, as far as loading needs them: each `require` of a module asks for them. */
const PROVIDED = `const M=(await import('node:module')).default;const nothing=()=>({});
const core={registerFunction:nothing,registerHook:nothing,setProgrammingModel:nothing,Disposable:class{}};
const real=M.prototype.require;M.prototype.require=function(id){return id==='@azure/functions-core'?core:real.call(this,id)};`;

/** Loads one bundle in a process of its own and prints how long that took, in ms. */
const LOAD = `const t=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-t))`;

export async function run(): Promise<void> {
  const rows: string[] = [];
  for (const cloud of Object.keys(BUNDLING) as BundledCloud[]) rows.push(...measure(cloud)); // its keys
  process.stdout.write(`functions, median of ${RUNS} cold loads\n${HEAD}\n${rows.join('\n')}\n`);
}

const HEAD = 'cloud Node     unit           files     KB  load ms';

function measure(cloud: BundledCloud): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-functions-'));
  const node = nodeOf(BUNDLING[cloud].node);
  const version = versionOf(node);
  const script = BUNDLING[cloud].external.length > 0 ? `${PROVIDED}${LOAD}` : LOAD;
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
        Number(execFileSync(node, ['--input-type=module', '-e', script, entry], { encoding: 'utf8' })),
      ).sort((a, b) => a - b);
      const whole = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
      const median = times[Math.floor(RUNS / 2)] ?? Number.NaN;
      rows.push(
        [
          cloud.padEnd(5),
          version.padEnd(8),
          name.padEnd(14),
          String(files.length).padStart(5),
          (whole / 1024).toFixed(0).padStart(6),
          median.toFixed(0).padStart(8) + limitText(name, cloud, median),
        ].join(' '),
      );
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function limitText(name: string, cloud: BundledCloud, median: number): string {
  const { unit, limitMs } = SCORING[cloud];
  if (name !== unit) return '';
  return median <= limitMs ? `  (at most ${limitMs})` : `  OVER ${limitMs}`;
}
