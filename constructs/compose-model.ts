import type { Construct } from 'constructs';
import type { Bindings } from './contract/bindings.ts';
import type { CloudConstructs } from './contract/cloud-constructs.ts';
import type { ResolvedConfig } from './contract/model-props.ts';
import { canProbe } from './shared/can-probe.ts';

/** Resources that outlive a change of the model's functions: those of the data stack. */
export type ModelData = Required<Pick<Bindings, 'store' | 'features' | 'registry' | 'secret'>>;

/** The stateful half of a model: what must not be lost when the rest is made anew. */
export function composeData(cloud: CloudConstructs, scope: Construct, config: ResolvedConfig): ModelData {
  const store = cloud.artifactStore(scope, 'ArtifactStore', { config });
  return {
    store,
    features: cloud.featureStore(scope, 'FeatureStore', { config, store }),
    registry: cloud.modelRegistry(scope, 'ModelRegistry', { config }),
    secret: cloud.pseudonymSecret(scope, 'PseudonymSecret', { config }),
  };
}

/** The half that runs: everything of one model, wired. The same on every cloud. */
export function composeModel(
  cloud: CloudConstructs,
  scope: Construct,
  config: ResolvedConfig,
  data: ModelData,
): void {
  const { serving } = config.model;
  const { environment } = config;
  const notifications = cloud.notifications(scope, 'Notifications', { config });
  const events = cloud.modelEvents(scope, 'Events', { config, notifications });
  const predictions = cloud.predictionLog(scope, 'PredictionLog', {
    config,
    store: data.store,
    notifications,
  });
  const bindings: Bindings = { ...data, notifications, events, predictions };

  const pipeline = cloud.trainingPipeline(scope, 'TrainingPipeline', { config, bindings });
  const scoring = serving.online && cloud.scoringApi(scope, 'ScoringApi', { config, bindings });
  const alarms = scoring && cloud.rollbackAlarms(scope, 'RollbackAlarms', { config, scoring, notifications });
  cloud.releaseController(scope, 'ReleaseController', { config, bindings, ...(alarms && { alarms }) });
  if (scoring && canProbe(config))
    cloud.scoringProbe(scope, 'ScoringProbe', { config, bindings, scoring, notifications });
  if (serving.batch) cloud.batchScoring(scope, 'BatchScoring', { config, bindings });
  const monitor = cloud.driftMonitor(scope, 'DriftMonitor', { config, bindings });
  if (environment.dashboard)
    cloud.dashboard(scope, 'Dashboard', {
      config,
      pipeline,
      monitor,
      ...(scoring && { scoring }),
      ...(alarms && { alarms }),
    });
  if (environment.budget) cloud.budget(scope, 'Budget', { config });
}
