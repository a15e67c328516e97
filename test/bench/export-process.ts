/** Programs and bundled children of the export benches, with what they took. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { build } from 'esbuild';
import type { ChildResult, ChildTask } from './export-child.ts';

/** A line of the table. */
export function show(name: string, rows: number, { ms, cpuMs, rssMb }: ChildResult): void {
  const columns = [
    `${(rows / 1e6).toFixed(1)}M rows`,
    `${(ms / 1000).toFixed(2)} s`,
    `${(rows / 1000 / ms).toFixed(2)}M rows/s`,
    `cpu ${(cpuMs / 1000).toFixed(1)} s`,
    `${rssMb.toFixed(0)} MB`,
  ];
  console.log(name.padEnd(18) + columns.map((column) => column.padStart(15)).join(''));
}

/** Works in a new folder, which is removed. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As deployed: bundled, without a loader that compiles TypeScript. */
export async function child(task: ChildTask): Promise<ChildResult> {
  const script = join(task.folder, 'export-child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'export-child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const { output } = await runProgram('node', [script, JSON.stringify(task)], {});
  return JSON.parse(output) as ChildResult; // our own program
}

/** Runs a program to its end; its processor time and memory are sampled from /proc, 0 where there is none. */
export async function runProgram(program: string, args: string[], env: NodeJS.ProcessEnv, into?: Writable) {
  const started = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let usage = { cpuMs: 0, rssMb: 0 };
  const sampling = setInterval(() => {
    usage = usageOf(started.pid) ?? usage;
  }, 20);
  let output = '';
  if (into !== undefined) await pipeline(started.stdout, into);
  else for await (const text of started.stdout.setEncoding('utf8')) output += text;
  const code = await new Promise<number | null>((resolve) => {
    if (started.exitCode !== null) resolve(started.exitCode);
    else started.once('exit', resolve);
  });
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return { output, ...usage };
}

const TICKS_PER_SEC = process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'])) : 100;

function usageOf(pid: number | undefined): { readonly cpuMs: number; readonly rssMb: number } | undefined {
  try {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // proc(5): utime and stime are fields 14 and 15; the name before them may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (peak === undefined) return undefined;
    return {
      cpuMs: ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC) * 1000,
      rssMb: Number(peak) / 1024,
    };
  } catch {
    // Gone between two samples, or a system without /proc.
    return undefined;
  }
}
