import type * as contract from '../contract/bindings.ts';
import type { IScoringEndpoint } from '../contract/scoring-endpoint.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { FeatureStore } from './feature-store.ts';
import type { ModelEvents } from './model-events.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Notifications } from './notifications.ts';
import type { PredictionLog } from './prediction-log.ts';
import type { PseudonymSecret } from './pseudonym-secret.ts';

/** Part of the scoring API that its callers need. */
interface ScoringEndpoint extends IScoringEndpoint {
  /** Application that callers get their tokens for. */
  readonly audience: string;
  /** Lets an identity call it. */
  allow(objectId: string): void;
}

/** The resources behind a function's ports on Azure. */
export interface AzureBindings extends contract.Bindings {
  readonly store: ArtifactStore;
  /** @default - none; no function uses it */
  readonly features?: FeatureStore;
  /** The mirror of versions. @default - none; a function that uses it is rejected */
  readonly registry?: ModelRegistry;
  /** The topic of events and their dead letters. @default - none; a function that publishes is rejected */
  readonly events?: ModelEvents;
  /** People to notify. @default - none; a function that notifies is rejected */
  readonly notifications?: Notifications;
  /** Prediction records in the artifact store. @default - none; a function that records is rejected */
  readonly predictions?: PredictionLog;
  /** The secret of pseudonyms. @default - none; a function that reads it is rejected */
  readonly secret?: PseudonymSecret;
  /** The scoring API. @default - none; a function that calls it is rejected */
  readonly scoring?: ScoringEndpoint;
}
