import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { IRollbackAlarms } from './rollback-alarms.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** Moves the release pointer: hears approvals and alarms, and looks every minute. */
export interface IReleaseController extends ModelResource {
  readonly function: IServerlessFunction;
}

export interface ReleaseControllerProps extends ModelProps {
  readonly bindings: Bindings;
  /** Alarms that roll a release back. @default - none, as for a model without an online API */
  readonly alarms?: IRollbackAlarms;
}
