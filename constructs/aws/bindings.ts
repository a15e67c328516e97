import type * as contract from '../contract/bindings.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { FeatureStore } from './feature-store.ts';
import type { ModelEvents } from './model-events.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Notifications } from './notifications.ts';
import type { PredictionLog } from './prediction-log.ts';
import type { PseudonymSecret } from './pseudonym-secret.ts';

/** The resources behind a function's ports on AWS. */
export interface AwsBindings extends contract.Bindings {
  readonly store: ArtifactStore;
  readonly features?: FeatureStore;
  readonly registry?: ModelRegistry;
  readonly events?: ModelEvents;
  readonly notifications?: Notifications;
  readonly predictions?: PredictionLog;
  readonly secret?: PseudonymSecret;
}
