import type { IConstruct } from 'constructs';
import type { IDriftMonitor } from './drift-monitor.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { IRollbackAlarms } from './rollback-alarms.ts';
import type { IScoringApi } from './scoring-api.ts';
import type { ITrainingPipeline } from './training-pipeline.ts';

/** One page: requests, failures, latency, drift, the pipeline, the alarms. */
export interface IDashboard extends IConstruct, ModelResource {}

export interface DashboardProps extends ModelProps {
  /** The online API. @default - none: no requests, failures and latency on the page */
  readonly scoring?: IScoringApi;
  /** The alarms of releases. @default - none: no alarms on the page */
  readonly alarms?: IRollbackAlarms;
  readonly pipeline: ITrainingPipeline;
  readonly monitor: IDriftMonitor;
}
