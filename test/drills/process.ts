/** Starts victims, kills them, and waits for their ends. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { CASES, CaseName } from './cases.ts';
import type { Plant } from './plants.ts';

/** When a victim dies: at a call, or so many ms after it began to work. */
export type Moment = string | number;

export interface VictimOptions {
  readonly killAt?: Moment;
  readonly attempt?: number;
  readonly plant?: Plant | undefined;
  readonly snapshot?: string;
  readonly trace?: string;
}

export interface Ending {
  readonly end: 'done' | 'killed' | 'failed';
  /** What it told, line by line. */
  readonly told: readonly string[];
  readonly errors: string;
  /** From its first line to its end. */
  readonly ms: number;
}

/** Longest life of a victim. */
const TIMEOUT_MS = 60_000;
const BUNDLE = fileURLToPath(new URL('../../node_modules/.cache/drills/', import.meta.url));

/** What packages of CommonJS in the bundle call. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Bundles the victim once: it starts three times as fast. @returns the file to run */
export async function bundleVictim(): Promise<string> {
  const outfile = join(BUNDLE, `victim-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('victim.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  return outfile;
}

/** Runs a case in a process of its own, to its end. */
export function runVictim(
  bundle: string,
  name: keyof typeof CASES | CaseName,
  root: string,
  { killAt, attempt = 0, plant, snapshot, trace }: VictimOptions = {},
): Promise<Ending> {
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, DRILL_ATTEMPT: String(attempt) };
  if (typeof killAt === 'string') env.FAULT_KILL_AT = killAt;
  if (plant !== undefined) env.DRILL_PLANT = plant;
  if (snapshot !== undefined) env.DRILL_SNAPSHOT = snapshot;
  if (trace !== undefined) env.DRILL_TRACE = trace;
  return new Promise((resolve, reject) => {
    const victim = spawn(process.execPath, [bundle, name, root], { env, timeout: TIMEOUT_MS });
    let out = '';
    let errors = '';
    let begun = 0;
    victim.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (begun > 0) return;
      begun = performance.now();
      if (typeof killAt === 'number') setTimeout(() => victim.kill('SIGKILL'), killAt);
    });
    victim.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    victim.on('error', reject);
    victim.on('close', (code, signal) => {
      const end = signal === 'SIGKILL' ? 'killed' : code === 0 ? 'done' : 'failed';
      resolve({ end, told: out.split('\n').slice(0, -1), errors, ms: performance.now() - begun });
    });
  });
}
