import type { ModelProps } from './model-props.ts';

/** Tells people: the environment's `alertTo` gets what functions and alarms say. */
export interface INotifications {
  /** The topic's id, as functions publish to it. */
  readonly topicId: string;
}

export type NotificationsProps = ModelProps;
