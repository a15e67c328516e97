import type { IConstruct } from 'constructs';
import type { IArtifactStore } from './artifact-store.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { INotifications } from './notifications.ts';

/** The stream that carries prediction records into `predictions/` of the artifact store. */
export interface IPredictionLog extends IConstruct, ModelResource {}

export interface PredictionLogProps extends ModelProps {
  readonly store: IArtifactStore;
  /** People who are notified when records are not delivered. @default - none */
  readonly notifications?: INotifications;
}
