import type { FunctionName } from '../../lambdas/functions.ts';
import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';

/**
 * One of this project's functions in its cloud: own identity with exactly the permissions of `lambdas/functions.ts`,
 * pinned runtime, memory and timeout, encrypted logs with a retention, a place for what it could not handle.
 */
export interface IServerlessFunction extends ModelResource {
  readonly functionName: string;
}

export interface ServerlessFunctionProps extends ModelProps {
  readonly name: FunctionName;
  readonly bindings: Bindings;
}
