import type { Construct } from 'constructs';
import type { ArtifactStoreProps, IArtifactStore } from './artifact-store.ts';
import type { BatchScoringProps, IBatchScoring } from './batch-scoring.ts';
import type { BudgetProps, IBudget } from './budget.ts';
import type { CsvExportProps, ICsvExport } from './csv-export.ts';
import type { DashboardProps, IDashboard } from './dashboard.ts';
import type { DriftMonitorProps, IDriftMonitor } from './drift-monitor.ts';
import type { FeatureStoreProps, IFeatureStore } from './feature-store.ts';
import type { IModelEvents, ModelEventsProps } from './model-events.ts';
import type { IModelRegistry, ModelRegistryProps } from './model-registry.ts';
import type { INotifications, NotificationsProps } from './notifications.ts';
import type { IPredictionLog, PredictionLogProps } from './prediction-log.ts';
import type { IPseudonymSecret, PseudonymSecretProps } from './pseudonym-secret.ts';
import type { IReleaseController, ReleaseControllerProps } from './release-controller.ts';
import type { IRollbackAlarms, RollbackAlarmsProps } from './rollback-alarms.ts';
import type { IScoringApi, ScoringApiProps } from './scoring-api.ts';
import type { IScoringProbe, ScoringProbeProps } from './scoring-probe.ts';
import type { IServerlessFunction, ServerlessFunctionProps } from './serverless-function.ts';
import type { ITrainingPipeline, TrainingPipelineProps } from './training-pipeline.ts';

/**
 * Makes one construct. Written as a method, so that a cloud may ask for its own classes where the contract names
 * interfaces (TypeScript compares a method's parameters both ways): one composition never mixes clouds.
 */
type Make<Props, Instance> = { make(scope: Construct, id: string, props: Props): Instance }['make'];

/** Class of a construct. */
type ConstructClass<Props, Instance> = new (scope: Construct, id: string, props: Props) => Instance;

/** Makes instances of a class. */
type Maker<Class> =
  Class extends ConstructClass<infer Props, infer Instance>
    ? (scope: Construct, id: string, props: Props) => Instance
    : never;

/** Functions that make the constructs of some classes: `artifactStore` makes an `ArtifactStore`. */
type Makers<Classes> = {
  readonly [Name in keyof Classes & string as Uncapitalize<Name>]: Maker<Classes[Name]>;
};

/** Returns a function for each class by its name, the first letter in lower case. */
export function makers<Classes extends Readonly<Record<string, ConstructClass<never, unknown>>>>(
  classes: Classes,
): Makers<Classes> {
  const made = Object.entries(classes).map(([name, Class]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    (scope: Construct, id: string, props: never) => new Class(scope, id, props),
  ]);
  return Object.fromEntries(made) as Makers<Classes>; // the same names, as the type says
}

/** Constructs that every cloud must export: `satisfies CloudConstructs` makes a missing or different construct a compile error. */
export interface CloudConstructs {
  readonly artifactStore: Make<ArtifactStoreProps, IArtifactStore>;
  readonly batchScoring: Make<BatchScoringProps, IBatchScoring>;
  readonly budget: Make<BudgetProps, IBudget>;
  readonly csvExport: Make<CsvExportProps, ICsvExport>;
  readonly dashboard: Make<DashboardProps, IDashboard>;
  readonly driftMonitor: Make<DriftMonitorProps, IDriftMonitor>;
  readonly featureStore: Make<FeatureStoreProps, IFeatureStore>;
  readonly modelEvents: Make<ModelEventsProps, IModelEvents>;
  readonly modelRegistry: Make<ModelRegistryProps, IModelRegistry>;
  readonly notifications: Make<NotificationsProps, INotifications>;
  readonly predictionLog: Make<PredictionLogProps, IPredictionLog>;
  readonly pseudonymSecret: Make<PseudonymSecretProps, IPseudonymSecret>;
  readonly releaseController: Make<ReleaseControllerProps, IReleaseController>;
  readonly rollbackAlarms: Make<RollbackAlarmsProps, IRollbackAlarms>;
  readonly scoringApi: Make<ScoringApiProps, IScoringApi>;
  readonly scoringProbe: Make<ScoringProbeProps, IScoringProbe>;
  readonly serverlessFunction: Make<ServerlessFunctionProps, IServerlessFunction>;
  readonly trainingPipeline: Make<TrainingPipelineProps, ITrainingPipeline>;
}
