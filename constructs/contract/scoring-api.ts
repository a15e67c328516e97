import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** The scoring service behind an authenticated, throttled, logged HTTPS API. */
export interface IScoringApi extends ModelResource {
  readonly function: IServerlessFunction;
  readonly url: string;
}

export interface ScoringApiProps extends ModelProps {
  readonly bindings: Bindings;
}
