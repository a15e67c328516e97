import { ApplicationInsightsWorkbook } from '@cdktf/provider-azurerm/lib/application-insights-workbook/index.js';
import type { Construct } from 'constructs';
import type * as contract from '../contract/dashboard.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { literal } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { azureTags, azureUuid, nameOf } from '../shared/naming.ts';
import type { DriftMonitor } from './drift-monitor.ts';
import * as kql from './kql.ts';
import { logWorkspaceId } from './logs.ts';
import { cloudOf } from './place.ts';
import { groupOf } from './resource-group.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';
import type { ScoringApi } from './scoring-api.ts';
import type { TrainingPipeline } from './training-pipeline.ts';

export interface DashboardProps extends contract.DashboardProps {
  /** The online API. @default - none: no requests, failures and latency on the page */
  readonly scoring?: ScoringApi;
  /** The alarms of releases. Those that fire are on the page of Azure Monitor. @default - none */
  readonly alarms?: RollbackAlarms;
  readonly pipeline: TrainingPipeline;
  readonly monitor: DriftMonitor;
}

const HOUR_SEC = 3_600;
const DAY_SEC = 86_400;
const WEEK_SEC = 7 * DAY_SEC;

interface Chart {
  readonly title: string;
  readonly query: string;
}

/**
 * A workbook of Azure Monitor over the last week, a page that costs nothing.
 *
 * @example
 * import { Dashboard, DriftMonitor, ScoringApi, TrainingPipeline } from 'mlops-blueprint/azure';
 *
 * const pipeline = new TrainingPipeline(stack, 'Training', { config, bindings });
 * const monitor = new DriftMonitor(stack, 'Drift', { config, bindings });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new Dashboard(stack, 'Dashboard', { config, pipeline, monitor, scoring });
 */
export class Dashboard extends ModelConstruct implements contract.IDashboard {
  readonly resource: ApplicationInsightsWorkbook;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id, props, ['pipeline', 'monitor']);
    const { config } = props;
    const name = nameOf(config);
    const workspace = logWorkspaceId(config);
    this.resource = new ApplicationInsightsWorkbook(this, 'Resource', {
      ...groupOf(this, config),
      name: azureUuid(`${cloudOf(config).subscription}/${name}/dashboard`),
      displayName: name,
      dataJson: literal(
        JSON.stringify({
          version: 'Notebook/1.0',
          items: chartsOf(config, props).map((chart) => itemOf(chart, workspace)),
          fallbackResourceIds: [workspace],
        }),
      ),
      tags: azureTags(config),
    });
  }
}

function chartsOf(
  { model: { name: model, environment } }: ResolvedConfig,
  { scoring, pipeline }: DashboardProps,
): readonly Chart[] {
  const lines = kql.metricLines({ model, environment, seconds: WEEK_SEC });
  const hourly = (aggregates: Readonly<Record<string, string>>) => kql.seriesOf(lines, aggregates, HOUR_SEC);
  const online = scoring
    ? [
        {
          title: 'Answers in an hour',
          query: hourly({
            requests: kql.sumOf('requests', 'champion'),
            failed: kql.sumOf('failed', 'champion'),
            records_lost: kql.sumOf('recordsLost', 'champion'),
          }),
        },
        {
          title: 'Latency, ms',
          query: kql.seriesOf(
            kql.appRequests({ app: scoring.function.functionName, seconds: WEEK_SEC }),
            { p50: kql.quantileOfDurations(0.5), p99: kql.quantileOfDurations(0.99) },
            HOUR_SEC,
          ),
        },
      ]
    : [];
  return [
    ...online,
    {
      title: 'Drift: score PSI, and share of features',
      query: kql.seriesOf(
        lines,
        { score_psi: kql.meanOf('scorePsi'), drifted_share: kql.meanOf('driftedShare') },
        DAY_SEC,
      ),
    },
    {
      title: 'Probes that got a wrong answer, or none, in an hour',
      query: hourly({ failed: kql.sumOf('probeFailed') }),
    },
    {
      title: 'Memory of the functions that hold all rows, %',
      query: hourly({ memory: kql.largestOf('memoryPercent') }),
    },
    {
      title: 'Steps of training in a day',
      query: kql.seriesOf(
        kql.appRequests({ app: pipeline.app.functionName, seconds: WEEK_SEC }),
        { succeeded: 'countif(Success)', failed: kql.CRASHES },
        DAY_SEC,
      ),
    },
  ];
}

/** An item of a workbook that draws a query (learn.microsoft.com/azure/azure-monitor/visualize/workbooks-time-charts). */
const itemOf = ({ title, query }: Chart, workspace: string) => ({
  type: 3,
  name: title,
  customWidth: '50',
  content: {
    version: 'KqlItem/1.0',
    title,
    query,
    size: 0,
    timeContext: { durationMs: WEEK_SEC * 1_000 },
    queryType: 0,
    resourceType: 'microsoft.operationalinsights/workspaces',
    crossComponentResources: [workspace],
    visualization: 'timechart',
  },
});
