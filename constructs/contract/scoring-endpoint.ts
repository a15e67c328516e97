import type { ModelResource } from './model-props.ts';

/** The scoring API as its callers see it. */
export interface IScoringEndpoint extends ModelResource {
  readonly url: string;
}
