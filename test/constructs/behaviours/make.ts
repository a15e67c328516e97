/** Makes one construct of a cloud as somebody else would: in a scope that holds nothing of this project but its bindings. */

import type { Construct } from 'constructs';
import type { Capability } from '../../../constructs/config/capabilities.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { Bindings } from '../../../constructs/contract/bindings.ts';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';
import type { IScoringApi } from '../../../constructs/contract/scoring-api.ts';

/** Everything that a function can be bound to. */
export function allBindingsOf(
  cloud: CloudConstructs,
  scope: Construct,
  config: ResolvedConfig,
): Required<Bindings> & { readonly scoring: IScoringApi } {
  const store = cloud.artifactStore(scope, 'Store', { config });
  const bindings = {
    store,
    features: cloud.featureStore(scope, 'Features', { config, store }),
    registry: cloud.modelRegistry(scope, 'Registry', { config }),
    secret: cloud.pseudonymSecret(scope, 'Secret', { config }),
    notifications: cloud.notifications(scope, 'Notifications', { config }),
    events: cloud.modelEvents(scope, 'Events', { config }),
    predictions: cloud.predictionLog(scope, 'Predictions', { config, store }),
  };
  return { ...bindings, scoring: cloud.scoringApi(scope, 'Scoring', { config, bindings }) };
}

/** Id of the construct that `makeAlone` makes. */
export const SUBJECT = 'Subject';

/** Makes a construct as `Subject`, and before it the bindings that its props name. */
export function makeAlone(
  cloud: CloudConstructs,
  scope: Construct,
  config: ResolvedConfig,
  capability: Capability,
): void {
  const bindings = allBindingsOf(cloud, scope, config);
  const { store, notifications, scoring } = bindings;
  const bound = { config, bindings };
  const make: Readonly<Record<Capability, () => unknown>> = {
    artifactStore: () => cloud.artifactStore(scope, SUBJECT, { config }),
    featureStore: () => {
      scope.node.tryRemoveChild('Features'); // two of one model would have one name
      return cloud.featureStore(scope, SUBJECT, { config, store });
    },
    modelRegistry: () => cloud.modelRegistry(scope, SUBJECT, { config }),
    pseudonymSecret: () => cloud.pseudonymSecret(scope, SUBJECT, { config }),
    csvExport: () => cloud.csvExport(scope, SUBJECT, bound),
    trainingPipeline: () => cloud.trainingPipeline(scope, SUBJECT, bound),
    scoringApi: () => cloud.scoringApi(scope, SUBJECT, bound),
    releaseController: () => cloud.releaseController(scope, SUBJECT, bound),
    scoringProbe: () => cloud.scoringProbe(scope, SUBJECT, { ...bound, scoring, notifications }),
    rollbackAlarms: () => cloud.rollbackAlarms(scope, SUBJECT, { config, scoring, notifications }),
    batchScoring: () => cloud.batchScoring(scope, SUBJECT, bound),
    driftMonitor: () => cloud.driftMonitor(scope, SUBJECT, bound),
    predictionLog: () => cloud.predictionLog(scope, SUBJECT, { config, store }),
    modelEvents: () => cloud.modelEvents(scope, SUBJECT, { config, notifications }),
    notifications: () => cloud.notifications(scope, SUBJECT, { config }),
    dashboard: () => {
      const pipeline = cloud.trainingPipeline(scope, 'Pipeline', bound);
      const monitor = cloud.driftMonitor(scope, 'Monitor', bound);
      return cloud.dashboard(scope, SUBJECT, { config, pipeline, monitor });
    },
    budget: () => cloud.budget(scope, SUBJECT, { config }),
  };
  make[capability]();
}
