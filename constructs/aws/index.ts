import type { Construct } from 'constructs';
import { type CloudConstructs, makers } from '../contract/cloud-constructs.ts';
import type * as contract from '../contract/training-pipeline.ts';
import { ArtifactStore } from './artifact-store.ts';
import { BatchScoring } from './batch-scoring.ts';
import { Budget } from './budget.ts';
import { CsvExport } from './csv-export.ts';
import { Dashboard } from './dashboard.ts';
import { DriftMonitor } from './drift-monitor.ts';
import { FeatureStore } from './feature-store.ts';
import { ModelEvents } from './model-events.ts';
import { ModelRegistry } from './model-registry.ts';
import { Notifications } from './notifications.ts';
import { PredictionLog } from './prediction-log.ts';
import { PseudonymSecret } from './pseudonym-secret.ts';
import { ReleaseController } from './release-controller.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import { ScoringApi } from './scoring-api.ts';
import { ScoringProbe } from './scoring-probe.ts';
import { ServerlessFunction } from './serverless-function.ts';
import { TrainingPipeline, type TrainingPipelineProps } from './training-pipeline.ts';

export { EncryptionKey, provideKey } from './encryption-key.ts';
export { authorizeServices } from './key-policy.ts';
export {
  ArtifactStore,
  BatchScoring,
  Budget,
  CsvExport,
  Dashboard,
  DriftMonitor,
  FeatureStore,
  ModelEvents,
  ModelRegistry,
  Notifications,
  PredictionLog,
  PseudonymSecret,
  ReleaseController,
  RollbackAlarms,
  ScoringApi,
  ScoringProbe,
  ServerlessFunction,
  TrainingPipeline,
};

/**
 * The pipeline with its export, a function of its own beside it: in a private network it reaches the database and the
 * object store alone.
 */
function trainingPipeline(
  scope: Construct,
  id: string,
  props: contract.TrainingPipelineProps,
): TrainingPipeline {
  const { config, bindings } = props as Omit<TrainingPipelineProps, 'export'>; // one composition never mixes clouds
  const exporting = props.export ?? new CsvExport(scope, 'CsvExport', { config, bindings, scheduled: false });
  return new TrainingPipeline(scope, id, { config, bindings, export: exporting as CsvExport }); // of this cloud too
}

/** The constructs of AWS, for `composeModel`. */
export const aws = {
  ...makers({
    ArtifactStore,
    BatchScoring,
    Budget,
    CsvExport,
    Dashboard,
    DriftMonitor,
    FeatureStore,
    ModelEvents,
    ModelRegistry,
    Notifications,
    PredictionLog,
    PseudonymSecret,
    ReleaseController,
    RollbackAlarms,
    ScoringApi,
    ScoringProbe,
    ServerlessFunction,
  }),
  trainingPipeline,
} satisfies CloudConstructs;
