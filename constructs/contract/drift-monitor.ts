import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** Joins outcomes to predictions and judges drift and performance, by the blueprint's `monitoring.schedule`. */
export interface IDriftMonitor extends ModelResource {
  readonly function: IServerlessFunction;
}

export interface DriftMonitorProps extends ModelProps {
  readonly bindings: Pick<Bindings, 'store'> & Partial<Bindings>;
}
