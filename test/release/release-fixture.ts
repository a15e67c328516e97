/** A model's stores with small real bundles, rows and answers, for tests of what happens after registration. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import { writeTable } from '../../lambdas/core/csv/write.ts';
import { fitProfile } from '../../lambdas/core/drift/fit-profile.ts';
import { predictTable } from '../../lambdas/core/evaluation/predict.ts';
import type { FittedFeatures } from '../../lambdas/core/features/fitted.ts';
import { labelsOf, modelColumns } from '../../lambdas/core/model-table.ts';
import type { Column, Table } from '../../lambdas/core/table/table.ts';
import { writeUbj } from '../../lambdas/core/trees/format/model-file.ts';
import { emptyForest, LEAF, singleOutput, type TreeModel } from '../../lambdas/core/trees/model.ts';
import type { Clock, Logger, ModelEvent, ObjectStore } from '../../lambdas/ports/index.ts';
import type { Notification } from '../../lambdas/ports/notifier.ts';
import { probeOf } from '../../lambdas/register/probe-row.ts';
import type { ReleasePorts } from '../../lambdas/release/release.ts';
import { bundlePrefix, writeBundle } from '../../lambdas/stores/bundle.ts';
import { addFeaturePart, featurePartKey } from '../../lambdas/stores/features.ts';
import { writeGzip } from '../../lambdas/stores/gzip.ts';
import { featureGroupOf } from '../../lambdas/stores/historical.ts';
import { encodeJson } from '../../lambdas/stores/json.ts';
import { allocateVersion, approve, completeVersion } from '../../lambdas/stores/models.ts';
import type { Prediction } from '../../lambdas/stores/predictions.ts';
import { PROBE_FILE, type Probe } from '../../lambdas/stores/probe.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import { type TrainingMetrics, writeEvaluation } from '../../lambdas/stores/runs.ts';
import { evaluationOf } from '../register/facts.ts';
import { CONFIG as SCORING } from '../score/fixture.ts';
import { type CrashPoint, crashing, memoryObjects } from '../stores/crash.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 0, 5);

/** A feature value that must never be told anywhere. */
export const SECRET = 'CANARY-PII-7';

export const CONFIG: ModelConfig = {
  ...SCORING,
  features: {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'age', description: 'in years' },
      { kind: 'categorical', name: 'job', description: 'trade', onUnseen: 'refuse' },
      { kind: 'numeric', name: 'noise', description: 'which no tree reads' },
    ],
  },
  serving: {
    ...SCORING.serving,
    release: { ...SCORING.serving.release, watchHours: 24, replayRows: 300 },
  },
};

/** A known generator (Park and Miller 1988). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export interface RowsOptions {
  /** Event time of the first row; one a minute follows. @default as many minutes before START as there are rows */
  readonly from?: number;
  /** Of each row. @default uniform between 0 and 100 */
  readonly age?: (row: number) => number;
  readonly job?: (row: number) => string;
  readonly noise?: (row: number) => number;
  readonly label?: (row: number, age: number) => string | undefined;
}

/** Rows as they are exported; the outcome is `yes` for those above 50. */
export function rowsOf(rows: number, options: RowsOptions = {}): Table {
  const next = uniform(20_260_105);
  const {
    from = START - rows * 60_000,
    age = () => Math.round(next() * 10_000) / 100,
    job = (row) => (row % 3 === 0 ? 'technician' : 'admin'),
    noise = (row) => (row * 37) % 101,
    label = (_row, years) => (years > 50 ? 'yes' : 'no'),
  } = options;
  const ages = Float64Array.from({ length: rows }, (_, row) => age(row));
  const texts = (of: (row: number) => string | undefined): Column => {
    const dictionary: string[] = [];
    const codes = Int32Array.from({ length: rows }, (_, row) => {
      const text = of(row);
      if (text === undefined) return -1;
      const known = dictionary.indexOf(text);
      return known >= 0 ? known : dictionary.push(text) - 1;
    });
    return { kind: 'category', codes, dictionary };
  };
  const numbers = (of: (row: number) => number): Column => ({
    kind: 'numeric',
    values: Float64Array.from({ length: rows }, (_, row) => of(row)),
  });
  return {
    rows,
    columns: new Map([
      ['client', texts((row) => `c${row}`)],
      ['at', numbers((row) => from + row * 60_000)],
      ['y', texts((row) => label(row, ages[row] as number))],
      ['age', { kind: 'numeric', values: ages }],
      ['job', texts(job)],
      ['noise', numbers(noise)],
    ]),
  };
}

/** Nine stumps on `age`, at 10 to 90 and a little more; each adds `step` to the margin above and takes it away below. */
export function treeModel(step = 0.4, shift = 0): TreeModel {
  const trees = 9;
  const each = <T>(of: (tree: number) => readonly T[]) =>
    Array.from({ length: trees }, (_, i) => of(i)).flat();
  return singleOutput({
    objective: 'binary:logistic',
    baseScore: 0.5,
    baseMargin: 0,
    numFeatures: 3,
    featureNames: ['age', 'job', 'noise'],
    featureTypes: ['float', 'float', 'float'],
    forest: {
      ...emptyForest(Int32Array.from({ length: trees + 1 }, (_, tree) => 3 * tree)),
      feature: Int32Array.from(each(() => [0, LEAF, LEAF])),
      value: Float32Array.from(each((tree) => [10 * (tree + 1) + shift, -step, step])),
      left: Int32Array.from(each(() => [1, -1, -1])),
      right: Int32Array.from(each(() => [2, -1, -1])),
      defaultLeft: new Uint8Array(3 * trees).fill(1),
      gain: Float32Array.from(each(() => [1, 0, 0])),
      cover: new Float32Array(3 * trees).fill(1),
      weight: new Float32Array(3 * trees),
    },
  });
}

export const FEATURES: FittedFeatures = {
  schemaVersion: 1,
  version: 1,
  fields: [
    { kind: 'numeric', name: 'age', column: 'age', impute: null, scale: 'none' },
    {
      kind: 'categorical',
      name: 'job',
      column: 'job',
      encoding: 'one-hot',
      categories: ['admin'],
      impute: null,
      onUnseen: 'missing',
    },
    { kind: 'numeric', name: 'noise', column: 'noise', impute: null, scale: 'none' },
  ],
};

/** The same, but rows with another job than these are refused. */
export function featuresRefusing(categories: readonly string[]): FittedFeatures {
  const fields = FEATURES.fields.map((field) =>
    field.kind === 'categorical'
      ? { ...field, encoding: 'ordinal' as const, categories, onUnseen: 'refuse' as const }
      : field,
  );
  return { ...FEATURES, fields };
}

const TRAINING: TrainingMetrics = {
  schemaVersion: 1,
  rounds: 9,
  importance: [
    { feature: 'age', gain: 0.9 },
    { feature: 'job=admin', gain: 0.1 },
    { feature: 'noise', gain: 0 },
  ],
  metrics: {},
};

export interface VersionOptions {
  /** @default 0.4 */
  readonly step?: number;
  /** Moves the splits. @default 0 */
  readonly shift?: number;
  readonly features?: FittedFeatures;
  /** What the profile describes beside the features. @default 'scores' */
  readonly outputs?: 'scores' | 'labels';
  /** Whether the gate was passed. @default true */
  readonly passed?: boolean;
  /** @default true */
  readonly approved?: boolean;
  /** When it was trained. @default now */
  readonly trainedAt?: number;
  /** Changes the probe of its bundle; null leaves it out. */
  readonly probe?: Partial<Probe> | null;
  /** Of the holdout. @default 0.99 and 0.2 */
  readonly holdout?: { readonly auc: number; readonly logLoss: number };
}

export interface TestWorld {
  readonly objects: ObjectStore;
  readonly clock: Clock & { set(at: number): void };
  readonly ports: ReleasePorts;
  readonly published: ModelEvent[];
  readonly notified: Notification[];
  readonly log: string[];
  /** Ports of one process, which dies at `point`. `calls` counts what it asked of the outside. */
  process(point?: CrashPoint, calls?: { calls: number }): ReleasePorts;
  /** Registers the next version with a small real bundle; returns its number. */
  register(options?: VersionOptions): Promise<number>;
  /** Ingests rows into the feature store. */
  ingest(table: Table, runId?: string): Promise<void>;
  /** Keeps answers as the scoring service records them. */
  answer(version: number, count: number, options?: AnswerOptions): Promise<void>;
  state(): Promise<Awaited<ReturnType<typeof readRelease>>>;
  /** Fates of ended releases, oldest first. */
  fates(): Promise<string[]>;
}

export interface AnswerOptions {
  /** The first of them were invalid. @default 0 */
  readonly invalid?: number;
  /** The first of them were slow. @default 0 */
  readonly slow?: number;
  /** Time of the first; one a second follows. @default now */
  readonly at?: number;
  /** More of each record. */
  readonly record?: (answer: number) => Partial<Prediction>;
}

function testClock(): TestWorld['clock'] {
  let now = START;
  return {
    now: () => now,
    steady: () => now,
    async sleep() {},
    set(at) {
      now = at;
    },
  };
}

function listLogger(lines: string[]): Logger {
  const add = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }));
  return { info: add, warn: add, error: add, with: () => listLogger(lines) };
}

/** An empty world over this object store. */
export function createWorld(objects: ObjectStore = memoryObjects(), config = CONFIG): TestWorld {
  const clock = testClock();
  const storage = { objects, clock };
  const published: ModelEvent[] = [];
  const notified: Notification[] = [];
  const log: string[] = [];
  const events = { publish: async (event: ModelEvent) => void published.push(event) };
  const notifier = { notify: async (one: Notification) => void notified.push(one) };
  const logger = listLogger(log);
  const process: TestWorld['process'] = (point, calls = { calls: 0 }) => ({
    objects: crashingObjects(objects, calls, point),
    events: crashing(events, calls, point),
    notifier: crashing(notifier, calls, point),
    logger,
    clock,
  });
  let files = 0;
  let runs = 0;
  return {
    objects,
    clock,
    ports: { objects, clock, events, notifier, logger },
    published,
    notified,
    log,
    process,
    async register(options = {}) {
      const {
        step,
        shift,
        features = FEATURES,
        passed = true,
        approved = true,
        trainedAt = clock.now(),
      } = options;
      const { auc, logLoss } = options.holdout ?? { auc: 0.99, logLoss: 0.2 };
      runs += 1;
      const runId = `run-${runs}`;
      const estimate = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
      const metrics = { auc: estimate(auc), 'log-loss': estimate(logLoss) };
      const evaluation = evaluationOf({ runId, passed, metrics, reasons: passed ? [] : ['auc is low'] });
      const { version } = await allocateVersion(storage, {
        runId,
        fence: runs,
        createdAt: trainedAt,
        evaluation: { primary: { name: 'auc', ...metrics.auc }, passed, reasons: evaluation.reasons },
        lineage: { trainedBy: 'role/train', codeVersion: 'c', dataSha256: 'd' },
      });
      const reference = rowsOf(1_000);
      const model = treeModel(step, shift);
      const profile = fitProfile(
        reference,
        ['age', 'job', 'noise'],
        options.outputs === 'labels'
          ? { labels: labelsOf(reference, config.problem) }
          : { scores: predictTable({ features, model }, reference) },
      );
      const probe = probeOf(config, { features, model: writeUbj(model), profile });
      await writeEvaluation(storage, evaluation);
      const files = new Map<string, Uint8Array>([
        ['model.ubj', writeUbj(model)],
        ['features.json', encodeJson(features)],
        ['profile.json', encodeJson(profile)],
        ['metrics.json', encodeJson({ schemaVersion: 1, training: TRAINING, evaluation })],
        ['lineage.json', encodeJson({ schemaVersion: 1, model: config.name, version, runId })],
        ...(probe && options.probe !== null
          ? [[PROBE_FILE, encodeJson({ ...probe, ...options.probe })] as const]
          : []),
      ]);
      await completeVersion(storage, version, await writeBundle(storage, version, files));
      if (passed && approved) {
        const by = { by: 'ada', at: clock.now(), how: 'manual', approverMustDiffer: false } as const;
        await approve(storage, { version, ...by });
      }
      return version;
    },
    async ingest(table, runId = `ingest-${clock.now()}`) {
      const key = featurePartKey(featureGroupOf(config), clock.now(), runId);
      const { sha256 } = await writeGzip(objects, key, writeTable(table, modelColumns(config)));
      const times = (table.columns.get('at') as { values: Float64Array }).values; // as rowsOf makes it
      const [from = 0, to = 0] = [times[0], times.at(-1)];
      const columns = [...table.columns.keys()];
      const part = { runId, key, rows: table.rows, columns, sha256, from, to };
      await addFeaturePart(storage, featureGroupOf(config), part, new Date(to).toISOString());
    },
    async answer(version, count, { invalid = 0, slow = 0, at = clock.now(), record } = {}) {
      const byHour = new Map<string, string[]>();
      files += 1;
      for (let i = 0; i < count; i += 1) {
        const prediction: Prediction = {
          record: `f${files}-${i}`,
          id: `f${files}-${i}`,
          at: at + i * 1_000,
          releaseSeq: 1,
          arm: 'champion',
          version,
          status: i < invalid ? 'invalid' : 'ok',
          latencyMs: i < slow ? 500 : 5,
          ...(i >= invalid && { score: 0.5 }),
          ...record?.(i),
        };
        const [date, time = ''] = new Date(prediction.at).toISOString().split('T');
        const folder = `predictions/${date}/${time.slice(0, 2)}`;
        const lines = byHour.get(folder) ?? [];
        lines.push(`${JSON.stringify(prediction)}\n`);
        byHour.set(folder, lines);
      }
      for (const [folder, lines] of byHour)
        await objects.write(`${folder}/f${files}.jsonl`, [Buffer.from(lines.join(''))]);
    },
    state: () => readRelease(objects),
    fates: async () =>
      (await readRelease(objects)).state.outcomes.map(({ version, fate }) => `${version} ${fate}`),
  };
}

/** `crashing`, for a store whose lists are read one key after another. */
function crashingObjects(
  objects: ObjectStore,
  calls: { calls: number },
  point: CrashPoint | undefined,
): ObjectStore {
  const begin = crashing({ async list() {} }, calls, point);
  const { get, read, write, create, tryPut, delete: remove } = crashing(objects, calls, point);
  return {
    get,
    read,
    write,
    create,
    tryPut,
    delete: remove,
    async *list(prefix) {
      await begin.list();
      yield* objects.list(prefix);
    },
  };
}

/** Spoils one file of a version's bundle. */
export async function tamper(objects: ObjectStore, version: number, file: string): Promise<void> {
  const key = bundlePrefix(version) + file;
  const bytes = (await objects.get(key))?.bytes ?? new Uint8Array();
  const spoilt = Uint8Array.from(bytes);
  spoilt[spoilt.length - 2] = (spoilt[spoilt.length - 2] ?? 0) ^ 1;
  await objects.write(key, [spoilt]);
}

/** A copy of a memory store, so that each case begins alike. */
export async function copyObjects(files: ReadonlyMap<string, Uint8Array>): Promise<ObjectStore> {
  const copy = memoryObjects();
  for (const [key, bytes] of files) await copy.write(key, [bytes]);
  return copy;
}
