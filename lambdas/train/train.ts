import type { ModelConfig } from '../core/config.ts';
import { fitProfile } from '../core/drift/fit-profile.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { transformTraining } from '../core/features/cross-fit.ts';
import { type FittedFeatures, fitFeatures } from '../core/features/fit.ts';
import { transformTable } from '../core/features/transform.ts';
import { featureTable } from '../core/model-table.ts';
import { takeRows, textsOf } from '../core/table/rows.ts';
import { writeUbj } from '../core/trees/format/model-file.ts';
import { gainImportance } from '../core/trees/importance.ts';
import { toPrediction } from '../core/trees/objective.ts';
import { scoreMatrix } from '../core/trees/scoring/score.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Ports } from '../ports/index.ts';
import { listParts } from '../stores/historical.ts';
import { configDigest, originOf, type RunIdentity, rowsIdentity, runIdentity } from '../stores/identity.ts';
import { bytesOf, makeRoom, requireMemory } from '../stores/memory-guard.ts';
import {
  type Candidate,
  type RunRecord,
  readCandidate,
  readRun,
  writeCandidate,
  writeRun,
} from '../stores/runs.ts';
import { type LabelledRows, type Snapshot, writeSnapshot } from '../stores/snapshots.ts';
import { loadTrainingSet, type TrainingSet } from '../stores/training-set.ts';
import { checkLabels } from './check-labels.ts';
import { fitModel, type Grown, taughtRows } from './fit-model.ts';

export interface TrainInput {
  readonly runId: string;
  readonly to: string;
  readonly trigger: Trigger;
  readonly fence: number;
  /** Only what the run itself ingested. @default false */
  readonly ownRowsOnly?: boolean;
}

export interface TrainIdentity {
  /** Who runs the training: a role or a user. */
  readonly trainedBy: string;
  /** Commit or package version of the functions. */
  readonly codeVersion: string;
}

/**
 * Fits features and model on the rows of the training window that are not held out and keeps them for `evaluate`. The same run
 * again gives the same bytes.
 *
 * @param onRound - Told after each tree: how many are grown, of how many at most.
 * @throws RuntimeFailure `training/too-few-rows`, `training/one-class`, `run/not-reproducible`, `run/changed`,
 *   `train/out-of-memory`; InvalidInput `label/third-value`
 */
export async function runTrain(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger' | 'memory'>,
  config: ModelConfig,
  identity: TrainIdentity,
  input: TrainInput,
  onRound: (done: number, total: number) => void = () => {},
): Promise<RunRecord> {
  const known = await readRun(ports, input.runId);
  if (known?.status === 'succeeded' && (await readCandidate(ports, input.runId)) !== undefined) {
    requireSame(known, config, identity);
    return known;
  }
  const startedAt = known?.startedAt ?? ports.clock.now();

  const set = await loadTrainingSet(ports, config, input);
  checkLabels(set, config);
  makeRoom(ports, { rows: set.table.rows, bytes: bytesOf(set.table) });
  const taught = set.split.train.subarray(0, taughtRows(set.split.train.length, config.training));
  const features = fitFeatures(takeRows(set.table, taught), config.features, take(set.labels, taught));
  const rows = encode(set, features, { taught, seed: config.training.seed });
  const keyAt = textsOf(set.table, config.source.key);
  const keysOf = (positions: Int32Array) => Array.from(positions, (row) => keyAt(row) as string); // each row has one
  const keys = { train: keysOf(set.split.train), holdout: keysOf(set.split.holdout) };
  const snapshot = await writeSnapshot(ports, input.runId, { ...rows, features, keys });
  const grown = fitModel(rows.train, config, (done, total) => {
    requireMemory(ports, { rows: set.table.rows });
    onRound(done, total);
  });
  const candidate = describe(grown, { set, features, holdout: rows.holdout }, config);
  await writeCandidate(ports, input.runId, candidate);

  const record = makeRecord(config, identity, input, {
    parameters: grown.parameters,
    snapshot,
    set,
    ...(await identify(ports, config, identity, input)),
    startedAt,
    endedAt: ports.clock.now(),
  });
  const complete: RunRecord = { ...record, metrics: candidate.metrics.metrics };
  const kept = await writeRun(ports, complete);
  ports.logger.info('train.done', { runId: input.runId, rows: rows.train.matrix.rows, trees: grown.rounds });
  return kept;
}

/** A run of other configuration or code is another run, also where somebody gives it the name of an earlier one. */
function requireSame(known: RunRecord, config: ModelConfig, { codeVersion }: TrainIdentity): void {
  const changed = [
    ...(known.configSha256 === configDigest(config) ? [] : ['configuration']),
    ...(known.codeVersion === codeVersion ? [] : ['code version']),
  ];
  if (changed.length === 0) return;
  throw new RuntimeFailure(
    'run/changed',
    `run ${known.runId} was made with another ${changed.join(' and ')}`,
    {
      fix: 'start a new run, with another time in `at`',
    },
  );
}

function encode(
  set: TrainingSet,
  features: FittedFeatures,
  { taught, seed }: { readonly taught: Int32Array; readonly seed: number },
): { train: LabelledRows; holdout: LabelledRows } {
  const part = (positions: Int32Array): LabelledRows => ({
    matrix: transformTable(features, takeRows(set.table, positions)).matrix,
    labels: take(set.labels, positions),
  });
  const train = part(set.split.train);
  const labels = take(set.labels, taught);
  const own = transformTraining(features, { table: takeRows(set.table, taught), labels }, seed);
  train.matrix.columns.forEach((column, i) => {
    column.set(own.columns[i] as Float32Array); // as many columns
  });
  return { train, holdout: part(set.split.holdout) };
}

/** Everything that scoring and monitoring need of a model, and what training says of itself. */
function describe(
  { model, rounds, loss, trials }: Grown,
  seen: {
    readonly set: TrainingSet;
    readonly features: FittedFeatures;
    readonly holdout: LabelledRows;
  },
  config: ModelConfig,
): Candidate {
  const scores = scoreMatrix(model, seen.holdout.matrix).map((margin) =>
    toPrediction(model.objective, margin),
  );
  const described = featureTable(seen.set.table, config.features);
  const profile = fitProfile(described, [...described.columns.keys()], { scores, labels: seen.set.labels });
  const name = config.problem.type === 'regression' ? 'rmse' : 'log-loss';
  return {
    model: writeUbj(model),
    features: seen.features,
    profile,
    metrics: {
      schemaVersion: 1,
      rounds,
      metrics: loss === undefined ? {} : { [name]: { value: loss, low: null, high: null } },
      importance: gainImportance(model).map(({ feature, share }) => ({ feature, gain: share })),
      ...(trials.length > 0 && { trials }),
    },
  };
}

/** Digests of what the run reads: nothing else decides what it learns. And the rows quarantined on the way to it. */
async function identify(
  ports: Pick<Ports, 'objects'>,
  config: ModelConfig,
  { codeVersion }: TrainIdentity,
  { runId, ownRowsOnly = false }: TrainInput,
): Promise<{ readonly identity: RunIdentity; readonly quarantined: Readonly<Record<string, number>> }> {
  const parts = await listParts(ports, config, runId);
  const own = parts.at(-1) as (typeof parts)[number]; // the run's own: the list ends with it
  const earlier = ownRowsOnly ? [] : parts.slice(0, -1);
  const rows = rowsIdentity(originOf(own), earlier);
  return {
    identity: runIdentity({ rows, configSha256: configDigest(config), codeVersion }),
    quarantined: sumCounts([...earlier, own].map(({ quarantined }) => quarantined ?? {})),
  };
}

function makeRecord(
  config: ModelConfig,
  { trainedBy, codeVersion }: TrainIdentity,
  { runId, fence, trigger }: TrainInput,
  facts: {
    readonly parameters: Grown['parameters'];
    readonly snapshot: Snapshot;
    readonly set: Pick<TrainingSet, 'window' | 'split' | 'rule'>;
    readonly identity: RunIdentity;
    readonly quarantined: Readonly<Record<string, number>>;
    readonly startedAt: number;
    readonly endedAt: number;
  },
): RunRecord {
  const { parameters, snapshot, set, identity, quarantined, startedAt, endedAt } = facts;
  const { kind, keys, gapDays } = set.rule;
  return {
    schemaVersion: 1,
    runId,
    model: config.name,
    fence,
    status: 'succeeded',
    startedAt,
    endedAt,
    trigger,
    trainedBy,
    codeVersion,
    configSha256: identity.configSha256,
    data: {
      snapshotId: snapshot.manifest.id,
      sha256: snapshot.sha256,
      trainRows: snapshot.manifest.train.rows,
      holdoutRows: snapshot.manifest.holdout.rows,
      split: {
        kind,
        keys,
        gapDays,
        gapRows: set.split.gap.length,
        knownKeyRows: set.split.knownKeys.length,
      },
      window: set.window,
      quarantined,
    },
    algorithm: config.training.algorithm,
    parameters: { ...parameters },
    seed: config.training.seed,
    identity,
    metrics: {},
  };
}

/** Counts by name, added up. */
function sumCounts(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts)))
    sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const take = (values: Float64Array, positions: Int32Array): Float64Array =>
  Float64Array.from(positions, (position) => values[position] as number); // positions are inside
