import type { IArtifactStore } from './artifact-store.ts';
import type { IFeatureStore } from './feature-store.ts';
import type { IModelEvents } from './model-events.ts';
import type { IModelRegistry } from './model-registry.ts';
import type { INotifications } from './notifications.ts';
import type { IPredictionLog } from './prediction-log.ts';
import type { IPseudonymSecret } from './pseudonym-secret.ts';

/**
 * The resources behind a function's ports. A function gets the names of those it uses and the permissions for the
 * calls it makes, both by `lambdas/functions.ts`; one that is not given is reported when the construct is made.
 */
export interface Bindings {
  readonly store: IArtifactStore;
  readonly features?: IFeatureStore;
  readonly registry?: IModelRegistry;
  readonly events?: IModelEvents;
  readonly notifications?: INotifications;
  readonly predictions?: IPredictionLog;
  readonly secret?: IPseudonymSecret;
}
