import type { IConstruct } from 'constructs';
import type { ModelProps, ModelResource } from './model-props.ts';

/** The secret under which ids and keys are recorded; nobody sees it, and it is the same for as long as records are joined. */
export interface IPseudonymSecret extends IConstruct, ModelResource {}

export type PseudonymSecretProps = ModelProps;
