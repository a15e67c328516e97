import type { IConstruct } from 'constructs';
import type { IArtifactStore } from './artifact-store.ts';
import type { ModelProps, ModelResource } from './model-props.ts';

/** The stream that carries prediction records into `predictions/` of the artifact store. */
export interface IPredictionLog extends IConstruct, ModelResource {}

export interface PredictionLogProps extends ModelProps {
  readonly store: IArtifactStore;
}
