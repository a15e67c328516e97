import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { INotifications } from './notifications.ts';
import type { IScoringApi } from './scoring-api.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** Smoke test: asks the scoring API for an answer that is known, every five minutes and after each promotion. */
export interface IScoringProbe extends ModelResource {
  readonly function: IServerlessFunction;
}

export interface ScoringProbeProps extends ModelProps {
  readonly bindings: Bindings;
  readonly scoring: IScoringApi;
  /** People who are notified of a wrong answer. @default - none: no alarm */
  readonly notifications?: INotifications;
}
