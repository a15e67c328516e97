import type { IConstruct } from 'constructs';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { INotifications } from './notifications.ts';
import type { IScoringApi } from './scoring-api.ts';

/** Alarms whose going off rolls a release back: errors, latency, score distribution, by the blueprint's limits. */
export interface IRollbackAlarms extends IConstruct, ModelResource {}

export interface RollbackAlarmsProps extends ModelProps {
  readonly scoring: IScoringApi;
  /** People who are notified as well. @default - none: an alarm only rolls back */
  readonly notifications?: INotifications;
}
