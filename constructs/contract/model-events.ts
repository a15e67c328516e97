import type { ModelProps } from './model-props.ts';
import type { INotifications } from './notifications.ts';

/** The model's own event bus, and the queue of what could not be delivered or handled. */
export interface IModelEvents {
  readonly busName: string;
}

export interface ModelEventsProps extends ModelProps {
  /** Who is told of what could not be handled. */
  readonly notifications?: INotifications;
}
