import type { ModelProps } from './model-props.ts';
import type { INotifications } from './notifications.ts';
import type { IScoringApi } from './scoring-api.ts';

/** Alarms whose going off rolls a release back: errors, latency, score distribution, by the blueprint's limits. */
export interface IRollbackAlarms {
  readonly alarmNames: readonly string[];
}

export interface RollbackAlarmsProps extends ModelProps {
  readonly scoring: IScoringApi;
  /** Who is told too. */
  readonly notifications?: INotifications;
}
