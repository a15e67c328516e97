import type { ModelConfig } from '../core/config.ts';
import { fitProfile } from '../core/drift/fit-profile.ts';
import { type FittedFeatures, fitFeatures } from '../core/features/fit.ts';
import { transformTable } from '../core/features/transform.ts';
import { featureTable } from '../core/model-table.ts';
import { takeRows } from '../core/rows.ts';
import { gainImportance } from '../core/trees/importance.ts';
import type { TreeModel } from '../core/trees/model.ts';
import { writeUbj } from '../core/trees/model-file.ts';
import { toPrediction } from '../core/trees/objective.ts';
import { scoreMatrix } from '../core/trees/score.ts';
import type { BoosterParams } from '../core/trees/spec.ts';
import { train } from '../core/trees/train.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Ports } from '../ports/index.ts';
import { encodeJson, sha256 } from '../stores/json.ts';
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

export interface TrainInput {
  readonly runId: string;
  readonly to: string;
  readonly trigger: Trigger;
  readonly fence: number;
}

export interface TrainIdentity {
  /** Who runs the training: a role or a user. */
  readonly trainedBy: string;
  /** Commit or package version of the functions. */
  readonly codeVersion: string;
}

/** The newest rows of the training part, which decide when to stop; the holdout stays unseen. */
const STOPPING_SHARE = 0.15;

/**
 * Fits features and model on the older rows of the training window and keeps them for `evaluate`. The same run
 * again gives the same bytes.
 *
 * @param onRound - Told after each tree: how many are grown, of how many at most.
 * @throws RuntimeFailure `training/too-few-rows`, `training/one-class`, `run/not-reproducible`
 */
export async function runTrain(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger'>,
  config: ModelConfig,
  identity: TrainIdentity,
  input: TrainInput,
  onRound: (done: number, total: number) => void = () => {},
): Promise<RunRecord> {
  const known = await readRun(ports, input.runId);
  if (known?.status === 'succeeded' && (await readCandidate(ports, input.runId)) !== undefined) return known;
  const startedAt = known?.startedAt ?? ports.clock.now();

  const set = await loadTrainingSet(ports, config, input);
  const features = fitFeatures(
    takeRows(set.table, set.split.train),
    config.features,
    take(set.labels, set.split.train),
  );
  const rows = encode(set, features);
  const snapshot = await writeSnapshot(ports, input.runId, { ...rows, features });
  const total = config.training.parameters.rounds;
  const { model, rounds, stopped } = grow(rows.train, config, (round) => onRound(round + 1, total));
  const candidate = describe(model, { set, features, holdout: rows.holdout, rounds, stopped }, config);
  await writeCandidate(ports, input.runId, candidate);

  const record = makeRecord(config, identity, input, {
    snapshot,
    window: set.window,
    startedAt,
    endedAt: ports.clock.now(),
  });
  const complete: RunRecord = { ...record, metrics: candidate.metrics.metrics };
  await writeRun(ports, complete);
  ports.logger.info('train.done', { runId: input.runId, rows: rows.train.matrix.rows, trees: rounds });
  return complete;
}

function encode(set: TrainingSet, features: FittedFeatures): { train: LabelledRows; holdout: LabelledRows } {
  const part = (positions: Int32Array): LabelledRows => ({
    matrix: transformTable(features, takeRows(set.table, positions)).matrix,
    labels: take(set.labels, positions),
  });
  return { train: part(set.split.train), holdout: part(set.split.holdout) };
}

/** Grows trees on the older rows; the newest of the training part say when more trees no longer help. */
function grow(
  { matrix, labels }: LabelledRows,
  { problem, training }: ModelConfig,
  onRound: (round: number) => void,
): { model: TreeModel; rounds: number; stopped: number | undefined } {
  const { earlyStoppingRounds, ...parameters } = training.parameters;
  const objective = problem.type === 'regression' ? 'reg:squarederror' : 'binary:logistic';
  const stopping = earlyStoppingRounds !== undefined;
  const params: BoosterParams = {
    ...parameters,
    objective,
    seed: training.seed,
    ...(stopping && { earlyStoppingRounds }),
  };
  const cut = stopping ? Math.floor(matrix.rows * (1 - STOPPING_SHARE)) : matrix.rows;
  const older = slice({ matrix, labels }, 0, cut);
  const newer = slice({ matrix, labels }, cut, matrix.rows);
  const { model, bestIteration, history, rounds } = train({
    ...older,
    ...(stopping && { validation: newer }),
    params,
    onRound,
  });
  return { model, rounds: stopping ? bestIteration + 1 : rounds, stopped: history[bestIteration] };
}

/** Everything that scoring and monitoring need of a model, and what training says of itself. */
function describe(
  model: TreeModel,
  seen: {
    readonly set: TrainingSet;
    readonly features: FittedFeatures;
    readonly holdout: LabelledRows;
    readonly rounds: number;
    readonly stopped: number | undefined;
  },
  config: ModelConfig,
): Candidate {
  const scores = scoreMatrix(model, seen.holdout.matrix).map((margin) =>
    toPrediction(model.objective, margin),
  );
  const described = featureTable(seen.set.table, config.features);
  const profile = fitProfile(described, [...described.columns.keys()], { scores, labels: seen.set.labels });
  const loss = config.problem.type === 'regression' ? 'rmse' : 'log-loss';
  return {
    model: writeUbj(model),
    features: seen.features,
    profile,
    metrics: {
      schemaVersion: 1,
      rounds: seen.rounds,
      metrics: seen.stopped === undefined ? {} : { [loss]: { value: seen.stopped, low: null, high: null } },
      importance: gainImportance(model).map(({ feature, share }) => ({ feature, gain: share })),
    },
  };
}

function makeRecord(
  config: ModelConfig,
  { trainedBy, codeVersion }: TrainIdentity,
  { runId, fence, trigger }: TrainInput,
  facts: {
    readonly snapshot: Snapshot;
    readonly window: TrainingSet['window'];
    readonly startedAt: number;
    readonly endedAt: number;
  },
): RunRecord {
  const { snapshot, window, startedAt, endedAt } = facts;
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
    configSha256: sha256(encodeJson(config)),
    data: {
      snapshotId: snapshot.manifest.id,
      sha256: snapshot.sha256,
      trainRows: snapshot.manifest.train.rows,
      holdoutRows: snapshot.manifest.holdout.rows,
      window,
    },
    algorithm: config.training.algorithm,
    parameters: { ...config.training.parameters },
    seed: config.training.seed,
    metrics: {},
  };
}

const take = (values: Float64Array, positions: Int32Array): Float64Array =>
  Float64Array.from(positions, (position) => values[position] as number); // positions are inside

function slice({ matrix, labels }: LabelledRows, from: number, to: number): LabelledRows {
  const columns = matrix.columns.map((column) => column.subarray(from, to));
  return { matrix: { ...matrix, rows: to - from, columns }, labels: labels.subarray(from, to) };
}
