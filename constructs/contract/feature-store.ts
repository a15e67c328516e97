import type { IArtifactStore } from './artifact-store.ts';
import type { ModelProps } from './model-props.ts';

/**
 * The feature store: the offline half is a catalogue entry over `features/` in the artifact store, so that people
 * query it with SQL; the online half exists when the blueprint fetches features by key.
 */
export interface IFeatureStore {
  /** Name of the online feature group; undefined where features are not fetched by key. */
  readonly onlineName: string | undefined;
}

export interface FeatureStoreProps extends ModelProps {
  readonly store: IArtifactStore;
}
