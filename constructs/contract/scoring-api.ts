import type { Bindings } from './bindings.ts';
import type { ModelProps } from './model-props.ts';
import type { IScoringEndpoint } from './scoring-endpoint.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** The scoring service behind an authenticated, throttled, logged HTTPS API. */
export interface IScoringApi extends IScoringEndpoint {
  readonly function: IServerlessFunction;
}

export interface ScoringApiProps extends ModelProps {
  readonly bindings: Bindings;
}
