import type { ModelConfig } from '../core/config.ts';
import { fitProfile } from '../core/drift/fit-profile.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { FittedFeatures } from '../core/features/fitted.ts';
import { featureTable } from '../core/model-table.ts';
import { textsOf } from '../core/table/rows.ts';
import { writeUbj } from '../core/trees/format/model-file.ts';
import { gainImportance } from '../core/trees/importance.ts';
import type { TreeModel } from '../core/trees/model.ts';
import { toPrediction } from '../core/trees/objective.ts';
import { scoreMatrix } from '../core/trees/scoring/score.ts';
import type { Ports } from '../ports/index.ts';
import { configDigest } from '../stores/identity.ts';
import { bytesOf, makeRoom, requireMemory } from '../stores/memory-guard.ts';
import {
  type Candidate,
  type RunRecord,
  readCandidate,
  readRun,
  writeCandidate,
  writeRun,
} from '../stores/runs.ts';
import { type LabelledRows, writeSnapshot } from '../stores/snapshots.ts';
import { loadTrainingSet, type TrainingSet } from '../stores/training-set.ts';
import { checkLabels } from './check-labels.ts';
import { type Choice, chooseSettings, configurationsToTry } from './choose-settings.ts';
import { encodeRows, fitRows } from './encode-rows.ts';
import { growTrees } from './grow-trees.ts';
import { identifyInputs, makeRecord, type TrainIdentity, type TrainInput } from './run-record.ts';

export type { TrainIdentity, TrainInput } from './run-record.ts';

/**
 * Chooses the settings where the configuration asks for it, fits features and model with them on all rows of the training
 * window that are not held out, and keeps them for `evaluate`. The same run again gives the same bytes.
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
  const roomForCopy = () => makeRoom(ports, { rows: set.table.rows, bytes: bytesOf(set.table) });
  roomForCopy();
  const step = (done: number, total: number) => {
    requireMemory(ports, { rows: set.table.rows });
    onRound(done, total);
  };
  const tried = configurationsToTry(config.training);
  const trying = tried.reduce((sum, { rounds }) => sum + rounds, 0);
  const total = trying + Math.max(config.training.parameters.rounds, ...tried.map(({ rounds }) => rounds));
  const choice = chooseSettings(set, config, tried, (done) => step(done, total));
  roomForCopy(); // of what the choice has left
  const { features, rows: train, categories } = fitRows(set, set.split.train, config);
  const rows = { train, holdout: encodeRows(set, set.split.holdout, features) };
  const keyAt = textsOf(set.table, config.source.key);
  const keysOf = (positions: Int32Array) => Array.from(positions, (row) => keyAt(row) as string); // each row has one
  const keys = { train: keysOf(set.split.train), holdout: keysOf(set.split.holdout) };
  const snapshot = await writeSnapshot(ports, input.runId, { ...rows, features, keys });
  const settings = { ...choice.parameters, rounds: choice.rounds };
  roomForCopy();
  const { model } = growTrees(train, config, settings, { onRound: (done) => step(trying + done, total) });
  const candidate = describe({ model, choice }, { set, features, holdout: rows.holdout }, config);
  await writeCandidate(ports, input.runId, candidate);

  const record = makeRecord(config, identity, input, {
    parameters: choice.parameters,
    snapshot,
    set,
    categories,
    ...(await identifyInputs(ports, config, identity, input)),
    startedAt,
    endedAt: ports.clock.now(),
  });
  const complete: RunRecord = { ...record, metrics: candidate.metrics.metrics };
  const kept = await writeRun(ports, complete);
  ports.logger.info('train.done', { runId: input.runId, rows: rows.train.matrix.rows, trees: choice.rounds });
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

/** Everything that scoring and monitoring need of a model, and what training says of itself. */
function describe(
  { model, choice: { rounds, loss, trials } }: { readonly model: TreeModel; readonly choice: Choice },
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
