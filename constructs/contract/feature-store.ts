import type { IConstruct } from 'constructs';
import type { IArtifactStore } from './artifact-store.ts';
import type { ModelProps, ModelResource } from './model-props.ts';

/**
 * The feature store: the offline half is a catalogue entry over `features/` in the artifact store, so that people
 * query it with SQL; the online half exists when the blueprint fetches features by key.
 */
export interface IFeatureStore extends IConstruct, ModelResource {}

export interface FeatureStoreProps extends ModelProps {
  readonly store: IArtifactStore;
}
