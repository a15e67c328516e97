import type { ModelProps, ModelResource } from './model-props.ts';

/**
 * The bucket that everything a model is made of lies in: exports, features, snapshots, runs, the registry, the
 * release pointer, predictions, truth, reports. Private, encrypted, TLS only, versioned; the pointer, the registry
 * and the locks change by conditional writes only, where the cloud can enforce it.
 */
export interface IArtifactStore extends ModelResource {
  /** Name that the functions reach it by. */
  readonly storeName: string;
}

/** Objects expire by `retention` of the environment. */
export interface ArtifactStoreProps extends ModelProps {}
