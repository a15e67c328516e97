import { type CloudConstructs, makers } from '../contract/cloud-constructs.ts';
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
import { TrainingPipeline } from './training-pipeline.ts';

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

/** The constructs of Azure, for `composeModel`. */
export const azure = makers({
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
}) satisfies CloudConstructs;
