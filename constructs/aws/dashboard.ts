import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type * as contract from '../contract/dashboard.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { canProbe } from '../shared/can-probe.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { DriftMonitor } from './drift-monitor.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';
import type { ScoringApi } from './scoring-api.ts';
import { METRIC_NAMESPACE } from './serverless-function.ts';
import type { TrainingPipeline } from './training-pipeline.ts';

export interface DashboardProps extends contract.DashboardProps {
  /** The online API. @default - none: no requests, failures and latency on the page */
  readonly scoring?: ScoringApi;
  /** The alarms of releases. @default - none: no alarms on the page */
  readonly alarms?: RollbackAlarms;
  readonly pipeline: TrainingPipeline;
  readonly monitor: DriftMonitor;
}

const HALF = 12;
const FULL = 24;

/**
 * A CloudWatch dashboard.
 *
 * @example
 * import { CsvExport, Dashboard, DriftMonitor, ScoringApi, TrainingPipeline } from 'mlops-blueprint/aws';
 *
 * const csvExport = new CsvExport(stack, 'Export', { config, bindings, scheduled: false });
 * const pipeline = new TrainingPipeline(stack, 'Training', { config, bindings, export: csvExport });
 * const monitor = new DriftMonitor(stack, 'Drift', { config, bindings });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new Dashboard(stack, 'Dashboard', { config, pipeline, monitor, scoring });
 */
export class Dashboard extends ModelConstruct implements contract.IDashboard {
  readonly resource: CloudWatchDashboard;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id, props, ['pipeline', 'monitor']);
    const { config, scoring, alarms, pipeline, monitor } = props;
    this.resource = new CloudWatchDashboard(this, 'Resource', { defaultInterval: Duration.days(7) });
    if (alarms)
      this.resource.addWidgets(
        new AlarmStatusWidget({ title: 'Alarms', width: FULL, alarms: [...alarms.alarms] }),
      );
    if (scoring) this.resource.addWidgets(...scoringWidgets(config));
    this.resource.addWidgets(
      new GraphWidget({
        title: 'Drift: score PSI, and share of features',
        width: HALF,
        left: [own(config, 'scorePsi', 'Maximum'), own(config, 'driftedShare', 'Maximum')],
      }),
      new GraphWidget({
        title: 'Memory of the functions that hold all rows, %',
        width: HALF,
        left: [own(config, 'memoryPercent', 'Maximum')],
      }),
      new GraphWidget({
        title: 'Runs',
        width: HALF,
        left: [pipeline.workflow.arn, monitor.workflow.arn].flatMap((StateMachineArn, index) =>
          ['ExecutionsSucceeded', 'ExecutionsFailed'].map(
            (metricName) =>
              new Metric({
                namespace: 'AWS/States',
                metricName,
                statistic: 'Sum',
                label: `${index === 0 ? 'training' : 'monitoring'} ${metricName}`,
                dimensionsMap: { StateMachineArn },
              }),
          ),
        ),
      }),
    );
  }
}

function scoringWidgets(config: ResolvedConfig): GraphWidget[] {
  return [
    new GraphWidget({
      title: 'Answers',
      width: HALF,
      left: ['requests', 'failed', 'recordsLost'].map((name) => own(config, name, 'Sum', 'champion')),
    }),
    new GraphWidget({
      title: 'Latency, ms',
      width: HALF,
      left: [own(config, 'latencyMs', 'p50', 'champion'), own(config, 'latencyMs', 'p99', 'champion')],
    }),
    ...(canProbe(config)
      ? [
          new GraphWidget({
            title: 'Probes, and those that failed',
            width: HALF,
            left: [own(config, 'probeFailed', 'SampleCount'), own(config, 'probeFailed', 'Sum')],
          }),
        ]
      : []),
  ];
}

function own({ model }: ResolvedConfig, metricName: string, statistic: string, arm?: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    statistic,
    dimensionsMap: { model: model.name, environment: model.environment, ...(arm !== undefined && { arm }) },
  });
}
