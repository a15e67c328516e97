import type { IConstruct } from 'constructs';
import type { ModelProps, ModelResource } from './model-props.ts';

/** The cloud's own registry as a mirror of ours: it shows each version with its digest, and hears approvals. */
export interface IModelRegistry extends IConstruct, ModelResource {}

export type ModelRegistryProps = ModelProps;
