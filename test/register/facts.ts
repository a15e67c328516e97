import { fitProfile } from '../../lambdas/core/drift/fit-profile.ts';
import type { FittedFeature, FittedFeatures } from '../../lambdas/core/features/fitted.ts';
import { writeUbj } from '../../lambdas/core/trees/format/model-file.ts';
import { emptyForest, LEAF, singleOutput, type TreeModel } from '../../lambdas/core/trees/model.ts';
import type { OwnerStatements } from '../../lambdas/register/card.ts';
import type { Candidate, Evaluation, RunRecord, TrainingMetrics } from '../../lambdas/stores/runs.ts';

/** Records of one invented run. */
export function runRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    schemaVersion: 1,
    runId: 'run-1',
    model: 'bank-marketing',
    fence: 1,
    status: 'running',
    startedAt: Date.UTC(2026, 0, 5, 3),
    endedAt: null,
    trigger: 'schedule',
    trainedBy: 'role/train',
    codeVersion: '1b55cde',
    configSha256: 'c'.repeat(64),
    data: {
      snapshotId: 'snap-1',
      sha256: 'a'.repeat(64),
      trainRows: 9000,
      holdoutRows: 1000,
      window: { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    },
    algorithm: 'xgboost',
    parameters: { max_depth: 3, eta: 0.1, monotone: null },
    seed: 7,
    metrics: {},
    ...changes,
  };
}

export function evaluationOf(changes: Partial<Evaluation> = {}): Evaluation {
  return {
    schemaVersion: 1,
    runId: 'run-1',
    primary: 'auc',
    metrics: {
      auc: { value: 0.80123456, low: 0.78, high: 0.82 },
      logLoss: { value: 0.25, low: null, high: null },
    },
    passed: true,
    reasons: [],
    baseline: { name: 'always the base rate', metrics: { auc: { value: 0.5, low: null, high: null } } },
    champion: { version: 3, metrics: { auc: { value: 0.79, low: 0.77, high: 0.81 } } },
    slices: [
      {
        attribute: 'age',
        value: '< 30',
        rows: 120,
        metrics: { selectionRate: { value: 0.75, low: 0.7, high: 0.8 } },
      },
    ],
    fairness: [{ attribute: 'age', metrics: { parityRatio: { value: 0.9, low: 0.8, high: 1 } } }],
    ...changes,
  };
}

export const trainingMetrics: TrainingMetrics = {
  schemaVersion: 1,
  rounds: 40,
  importance: [
    { feature: 'age', gain: 0.6 },
    { feature: 'job', gain: 0.4 },
    { feature: 'unused', gain: 0 },
  ],
  metrics: { logLoss: { value: 0.24, low: null, high: null } },
};

export const silentOwner: OwnerStatements = {
  description: 'Who will contract',
  owner: 'Sales',
  contact: null,
  licence: null,
  intendedUse: null,
  outOfScope: null,
  risks: [],
  excluded: {},
};

/** Two trees over three columns: one splits on `c` and then on `a`, the other on `c`. */
export const smallModel: TreeModel = singleOutput({
  objective: 'reg:squarederror',
  baseScore: 0,
  baseMargin: 0,
  numFeatures: 3,
  featureNames: ['a', 'b', 'c'],
  featureTypes: ['float', 'float', 'float'],
  forest: {
    ...emptyForest(Int32Array.of(0, 5, 8)),
    feature: Int32Array.of(2, 0, LEAF, LEAF, LEAF, 2, LEAF, LEAF),
    value: Float32Array.of(0.5, 0.25, 3, 1, 2, 0.75, 4, 5),
    left: Int32Array.of(1, 3, -1, -1, -1, 1, -1, -1),
    right: Int32Array.of(2, 4, -1, -1, -1, 2, -1, -1),
    defaultLeft: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0),
    gain: Float32Array.of(10, 8, 0, 0, 0, 2, 0, 0),
    cover: new Float32Array(8).fill(1),
    weight: new Float32Array(8),
  },
});

/** Fitted numeric features of these names, as they are without imputing or scaling. */
export function numericFeatures(names: readonly string[]): FittedFeatures {
  const fields = names.map(
    (name): FittedFeature => ({ kind: 'numeric', name, column: name, impute: null, scale: 'none' }),
  );
  return { schemaVersion: 1, version: 2, fields };
}

export function candidateOf(changes: Partial<Candidate> = {}): Candidate {
  const values = Float64Array.from({ length: 40 }, (_, row) => row / 40);
  const columns = new Map([['a', { kind: 'numeric', values } as const]]);
  return {
    model: writeUbj(smallModel),
    features: numericFeatures(['a', 'b', 'c']),
    profile: fitProfile({ rows: 40, columns }, ['a'], { scores: values }),
    metrics: trainingMetrics,
    ...changes,
  };
}
