import type { IConstruct } from 'constructs';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { INotifications } from './notifications.ts';

/** The model's own event bus, and the queue of what could not be delivered or handled. */
export interface IModelEvents extends IConstruct, ModelResource {}

export interface ModelEventsProps extends ModelProps {
  /** People who are notified of dead letters. @default - none: no alarm on the queue */
  readonly notifications?: INotifications;
}
