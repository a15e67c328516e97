import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** Scores the newest rows by the blueprint's `serving.batch.schedule` and delivers them as one ranked file. */
export interface IBatchScoring extends ModelResource {
  readonly function: IServerlessFunction;
}

export interface BatchScoringProps extends ModelProps {
  readonly bindings: Bindings;
}
