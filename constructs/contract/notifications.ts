import type { IConstruct } from 'constructs';
import type { ModelProps, ModelResource } from './model-props.ts';

/** Tells people: the environment's `alertTo` gets what functions and alarms say. */
export interface INotifications extends IConstruct, ModelResource {}

export type NotificationsProps = ModelProps;
