import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard/index.js';
import type { Construct } from 'constructs';
import type * as contract from '../contract/dashboard.ts';
import { literal } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { nameOf } from '../shared/naming.ts';
import type { DriftMonitor } from './drift-monitor.ts';
import { type LogMetricName, logMetric } from './log-metric.ts';
import { increase, quantileOf } from './promql.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';
import type { ScoringApi } from './scoring-api.ts';
import type { TrainingPipeline } from './training-pipeline.ts';
import { workflowName } from './workflow-names.ts';

export interface DashboardProps extends contract.DashboardProps {
  /** The online API. @default - none: no requests, failures and latency on the page */
  readonly scoring?: ScoringApi;
  /** The alarms of releases. @default - none: no alarms on the page */
  readonly alarms?: RollbackAlarms;
  readonly pipeline: TrainingPipeline;
  readonly monitor: DriftMonitor;
}

/** Columns of a mosaic (cloud.google.com/monitoring/dashboards/api-dashboard). */
const COLUMNS = 48;
const HALF = COLUMNS / 2;
const HEIGHT = 16;
const HOUR_SEC = 3_600;
const DAY_SEC = 86_400;

interface Chart {
  readonly title: string;
  /** Queries by the name of their line. */
  readonly lines: Readonly<Record<string, string>>;
}

/**
 * A dashboard of Cloud Monitoring.
 *
 * @example
 * import { Dashboard, DriftMonitor, ScoringApi, TrainingPipeline } from 'mlops-blueprint/gcp';
 *
 * const pipeline = new TrainingPipeline(stack, 'Training', { config, bindings });
 * const monitor = new DriftMonitor(stack, 'Drift', { config, bindings });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new Dashboard(stack, 'Dashboard', { config, pipeline, monitor, scoring });
 */
export class Dashboard extends ModelConstruct implements contract.IDashboard {
  readonly resource: MonitoringDashboard;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id, props, ['pipeline', 'monitor']);
    const { config, scoring } = props;
    const sum = (name: LogMetricName, arm?: string) =>
      logMetric(this, config, name).sum(arm === undefined ? {} : { arm }, HOUR_SEC);
    const mean = (name: LogMetricName) => logMetric(this, config, name).mean({}, DAY_SEC);
    const runs = (status: string) =>
      increase(
        'workflows_googleapis_com:finished_execution_count',
        {
          workflow_id: { oneOf: [workflowName(config, 'training'), workflowName(config, 'monitoring')] },
          status,
        },
        DAY_SEC,
      );
    const charts: Chart[] = [
      ...(scoring
        ? [
            {
              title: 'Answers in an hour',
              lines: {
                requests: sum('requests', 'champion'),
                failed: sum('failed', 'champion'),
                'records lost': sum('recordsLost', 'champion'),
              },
            },
            { title: 'Latency, ms', lines: latencies(scoring) },
          ]
        : []),
      {
        title: 'Drift: score PSI, and share of features',
        lines: { 'score PSI': mean('scorePsi'), 'drifted share': mean('driftedShare') },
      },
      {
        title: 'Probes that got a wrong answer, or none, in an hour',
        lines: { failed: sum('probeFailed') },
      },
      { title: 'Memory of the functions that hold all rows, %', lines: { memory: mean('memoryPercent') } },
      { title: 'Runs in a day', lines: { succeeded: runs('SUCCEEDED'), failed: runs('FAILED') } },
    ];
    this.resource = new MonitoringDashboard(this, 'Resource', {
      dashboardJson: literal(
        JSON.stringify({
          displayName: nameOf(config),
          mosaicLayout: { columns: COLUMNS, tiles: charts.map(tileOf) },
        }),
      ),
    });
  }
}

const latencies = ({ function: { functionName } }: ScoringApi): Chart['lines'] =>
  Object.fromEntries(
    [0.5, 0.99].map((q) => [
      `p${q * 100}`,
      quantileOf(q, 'run_googleapis_com:request_latencies', { service_name: functionName }, HOUR_SEC),
    ]),
  );

function tileOf({ title, lines }: Chart, index: number) {
  return {
    xPos: (index % 2) * HALF,
    yPos: Math.floor(index / 2) * HEIGHT,
    width: HALF,
    height: HEIGHT,
    widget: {
      title,
      xyChart: {
        dataSets: Object.entries(lines).map(([legendTemplate, prometheusQuery]) => ({
          plotType: 'LINE',
          legendTemplate,
          timeSeriesQuery: { prometheusQuery },
        })),
        yAxis: { scale: 'LINEAR' },
      },
    },
  };
}
