/** Peak memory of each step of a run, every step in a process of its own under the Node that Lambda runs. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BlueprintInput, parseBlueprint } from '../../blueprints/index.ts';
import { LARGEST_MEMORY_MB } from '../../constructs/config/limits/aws-lambda.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';
import type { MemoryResult, MemoryTask } from './memory-child.ts';

/** Rows in the window, all of them of one export, and features of each. */
export interface Cell {
  readonly rows: number;
  readonly features: number;
}

export type MeasuredStep = Exclude<MemoryTask['step'], 'export'>;
export const MEASURED_STEPS = ['prepare', 'ingest', 'train', 'evaluate'] as const satisfies MeasuredStep[];

/** What each step of one cell took. */
export type MeasuredCell = Cell & { readonly steps: Readonly<Record<MeasuredStep, MemoryResult>> };

/** Memory does not depend on how many trees are grown, time does. */
const ROUNDS = Number(process.env.MLOPS_BENCH_ROUNDS ?? 30);

/** Runs the steps of one cell, one after the other, each under the largest limit of a function. @throws Error when a step fails */
export async function measureCell(cell: Cell, start: StartNode): Promise<MeasuredCell> {
  return withSteps(cell, start, async (run) => {
    const step = async (name: MemoryTask['step']): Promise<MemoryResult> => {
      const result = await run(name, LARGEST_MEMORY_MB);
      if (result.failure) throw new Error(`${name}: ${result.failure.message}`);
      return result;
    };
    await step('export');
    const [prepare, ingest] = [await step('prepare'), await step('ingest')];
    return {
      ...cell,
      steps: { prepare, ingest, train: await step('train'), evaluate: await step('evaluate') },
    };
  });
}

/** Runs Node with these arguments and returns its output. */
export type StartNode = (args: readonly string[]) => Promise<string>;

/** Runs a step in a process of its own, with so much memory at most. */
export type RunStep = (step: MemoryTask['step'], limitMb?: number) => Promise<MemoryResult>;

/** Works with the steps of one run, in a folder that is removed. */
export async function withSteps<T>(
  cell: Cell,
  start: StartNode,
  work: (run: RunStep) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-memory-'));
  try {
    const script = join(folder, 'memory-child.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'memory-child.ts')],
      outfile: script,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const config = configOf(cell.features);
    return await work(async (step, limitMb) => {
      const limit = limitMb !== undefined && { limitMb };
      const task: MemoryTask = { step, config, rows: cell.rows, folder: join(folder, 'objects'), ...limit };
      const file = join(folder, 'task.json');
      writeFileSync(file, JSON.stringify(task));
      return JSON.parse(await start([script, file])) as MemoryResult; // our own program
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A model of so many features, of the kinds that the sample has: nine of fourteen are numbers, five are categories. */
function configOf(features: number): ModelConfig {
  const kinds = [
    'numeric',
    'categorical',
    'boolean',
    'numeric',
    'categorical',
    'boolean',
    'numeric',
  ] as const;
  const fields = Array.from({ length: features }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? 'numeric';
    return { kind, name: `f${index}`, description: 'made up' };
  });
  const input: BlueprintInput = {
    schemaVersion: 1,
    name: 'bench',
    description: 'Rows that are made up.',
    owner: 'bench',
    problem: { type: 'binary-classification', label: 'label', positive: true },
    source: {
      engine: 'postgres',
      steps: [{ name: 'rows', query: queryOf(fields.map(({ name }) => name)) }],
      key: 'id',
      eventTime: 'seen_at',
      expectedRows: 1_000,
    },
    features: { version: 1, fields },
    training: { parameters: { rounds: ROUNDS, earlyStoppingRounds: 20 } },
    serving: { online: { requestsPerDay: 1000 } },
  };
  return resolveConfig(parseBlueprint(input, 'bench'), parseEnvironment('local'), 'local').model;
}

const queryOf = (names: readonly string[]): string =>
  `SELECT id, seen_at, ${names.join(', ')}, label FROM events WHERE seen_at >= current_setting('mlops.from')::timestamptz AND seen_at < current_setting('mlops.to')::timestamptz`;
