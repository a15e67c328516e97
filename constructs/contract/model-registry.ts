import type { ModelProps } from './model-props.ts';

/** The cloud's own registry as a mirror of ours: it shows each version with its digest, and hears approvals. */
export interface IModelRegistry {
  /** Name of the group that holds the versions. */
  readonly groupName: string;
}

export type ModelRegistryProps = ModelProps;
