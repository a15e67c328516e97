import type { IArtifactStore } from './artifact-store.ts';
import type { IFeatureStore } from './feature-store.ts';
import type { IModelEvents } from './model-events.ts';
import type { IModelRegistry } from './model-registry.ts';
import type { INotifications } from './notifications.ts';
import type { IPredictionLog } from './prediction-log.ts';
import type { IPseudonymSecret } from './pseudonym-secret.ts';
import type { IScoringEndpoint } from './scoring-endpoint.ts';

/**
 * The resources behind a function's ports. A function gets the names of those it uses and the permissions for the
 * calls it makes, both by `lambdas/functions.ts`; one that is not given is reported when the construct is made.
 */
export interface Bindings {
  readonly store: IArtifactStore;
  /** Online and offline features. @default - none; functions use it only with `serving.online.byKey` */
  readonly features?: IFeatureStore;
  /** The mirror of versions. @default - none; a function that uses it is rejected */
  readonly registry?: IModelRegistry;
  /** The event bus and its dead letters. @default - none; a function that publishes is rejected */
  readonly events?: IModelEvents;
  /** People to notify. @default - none; a function that notifies is rejected */
  readonly notifications?: INotifications;
  /** The stream of prediction records. @default - none; a function that records is rejected */
  readonly predictions?: IPredictionLog;
  /** The secret of pseudonyms. @default - none; a function that reads it is rejected */
  readonly secret?: IPseudonymSecret;
  /** The scoring API. @default - none; a function that calls it is rejected */
  readonly scoring?: IScoringEndpoint;
}
