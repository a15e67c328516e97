/**
 * One step of a run in a process of its own, as its function is one: `node memory-child.mjs FILE` with the task as JSON. Prints what it took
 * as JSON. The step `export` makes the rows up, by a fixed seed.
 */

import { readFileSync } from 'node:fs';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import { processMemory } from '../../lambdas/adapters/shared/process-memory.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { columnFeatures } from '../../lambdas/core/features/columns.ts';
import { Random } from '../../lambdas/core/numeric/random.ts';
import { runEvaluate } from '../../lambdas/evaluate/evaluate.ts';
import { runExport } from '../../lambdas/export/export.ts';
import { runIngest } from '../../lambdas/ingest/ingest.ts';
import type { Logger, Ports, SourceDatabase } from '../../lambdas/ports/index.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { cloudError, type FailureFacts } from '../../lambdas/runtime/cloud-error.ts';
import { runTrain } from '../../lambdas/train/train.ts';

export interface MemoryTask {
  readonly step: 'export' | 'prepare' | 'ingest' | 'train' | 'evaluate';
  readonly config: ModelConfig;
  readonly rows: number;
  readonly folder: string;
  /** Memory that the process is told to have, MB. @default - no limit */
  readonly limitMb?: number;
}

export interface MemoryResult {
  readonly ms: number;
  /** Largest resident memory of the process, MB. */
  readonly rssMb: number;
  /** The failure of the step, as its function would report it. */
  readonly failure?: FailureFacts;
}

const FROM = Date.UTC(2026, 0, 1);
const TO = new Date(Date.UTC(2026, 3, 1)).toISOString();
const INPUT = { runId: 'bench', to: TO, trigger: 'first', fence: 1 } as const;
const IDENTITY = { trainedBy: 'bench', codeVersion: 'bench' };
const CATEGORIES = 12;
const ROWS_PER_CHUNK = 5_000;

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

async function measure(task: MemoryTask): Promise<MemoryResult> {
  const started = performance.now();
  const failure = await runStep(task).then(
    () => undefined,
    (error: unknown) => cloudError(error).facts,
  );
  const rssMb = peakMb();
  return { ms: performance.now() - started, rssMb, ...(failure && { failure }) };
}

/** Largest resident memory in MB. `maxRSS` counts what the parent had when it started this process. */
function peakMb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1_024;
  const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1_024;
}

async function runStep({ step, config, rows, folder, limitMb }: MemoryTask): Promise<void> {
  const ports = {
    objects: createObjectStore(folder),
    clock: systemClock,
    logger: silent,
    ...(limitMb !== undefined && { memory: processMemory(limitMb) }),
  };
  if (step === 'export') await runFakeExport(ports, config, rows);
  if (step === 'prepare') await runPrepare(ports, config, INPUT);
  if (step === 'ingest') await runIngest({ ...ports, online: NO_ONLINE_STORE }, config, INPUT);
  if (step === 'train') await runTrain(ports, config, IDENTITY, INPUT);
  if (step === 'evaluate') await runEvaluate(ports, config, INPUT);
}

const NO_ONLINE_STORE: Ports['online'] = {
  put: async () => {
    throw new Error('not asked for by this blueprint');
  },
  get: async () => undefined,
  delete: async () => {},
};

async function runFakeExport(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger'>,
  config: ModelConfig,
  rows: number,
): Promise<void> {
  const columns = columnFeatures(config.features).map(({ name, kind }) => ({ name, kind }));
  const header = ['id', 'seen_at', ...columns.map(({ name }) => name), 'label'];
  const database: SourceDatabase = {
    snapshot: (work) =>
      work({
        id: 'bench',
        describe: async () => header.map((name) => ({ name, type: 'text' })),
        stream: () => csvOf(header, columns, rows),
      }),
    close: async () => {},
  };
  await runExport({
    ports: { ...ports, source: async () => database },
    config: {
      model: 'bench',
      steps: [{ name: 'bench', query: 'SELECT 1' }],
      requiredColumns: [],
      timeoutSec: 3600,
      allowEmpty: false,
    },
    input: { runId: INPUT.runId, from: new Date(FROM).toISOString(), to: TO },
  });
}

async function* csvOf(
  header: readonly string[],
  columns: readonly { readonly kind: string }[],
  rows: number,
): AsyncGenerator<Uint8Array> {
  const random = Random.fromSeed(1);
  const stepMs = (Date.parse(TO) - FROM) / rows;
  yield Buffer.from(`${header.join(',')}\n`);
  for (let start = 0; start < rows; start += ROWS_PER_CHUNK) {
    const lines: string[] = [];
    for (let row = start; row < Math.min(start + ROWS_PER_CHUNK, rows); row += 1) {
      const draws = columns.map(() => random.uniform());
      const cells = columns.map(({ kind }, index) => {
        const draw = draws[index] as number; // one per column
        if (kind === 'categorical') return `c${Math.floor(draw * CATEGORIES)}`;
        return kind === 'boolean' ? String(draw < 0.5) : (draw * 1000).toFixed(2);
      });
      const label = (draws[0] as number) + random.uniform() > 1.2; // there is a column
      const at = new Date(Math.floor(FROM + row * stepMs)).toISOString();
      lines.push(`k${row},${at},${cells.join(',')},${label}\n`);
    }
    yield Buffer.from(lines.join(''));
  }
}

const file = process.argv.at(-1) ?? '';
// The only caller is memory-cells.ts beside this file.
process.stdout.write(JSON.stringify(await measure(JSON.parse(readFileSync(file, 'utf8')) as MemoryTask)));
