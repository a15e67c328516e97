import type { IDriftMonitor } from './drift-monitor.ts';
import type { ModelProps } from './model-props.ts';
import type { IRollbackAlarms } from './rollback-alarms.ts';
import type { IScoringApi } from './scoring-api.ts';
import type { ITrainingPipeline } from './training-pipeline.ts';

/** One page: requests, failures, latency, drift, the pipeline, the alarms. */
export interface IDashboard {
  readonly dashboardName: string;
}

export interface DashboardProps extends ModelProps {
  readonly scoring?: IScoringApi;
  readonly alarms?: IRollbackAlarms;
  readonly pipeline: ITrainingPipeline;
  readonly monitor: IDriftMonitor;
}
