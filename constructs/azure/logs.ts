import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights/index.js';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace/index.js';
import { LogAnalyticsWorkspaceTable } from '@cdktf/provider-azurerm/lib/log-analytics-workspace-table/index.js';
import type { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { TerraformStack } from '../shared/cdktf.ts';
import { azureName, azureTags } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { armId } from './place.ts';
import { groupOf } from './resource-group.ts';

/**
 * Tables that Application Insights writes. Each keeps 90 days whatever its workspace does, until it is told otherwise
 * (learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure).
 */
const TABLES = [
  'AppDependencies',
  'AppEvents',
  'AppExceptions',
  'AppMetrics',
  'AppPerformanceCounters',
  'AppRequests',
  'AppSystemEvents',
  'AppTraces',
] as const;

const workspaceName = (config: ResolvedConfig): string =>
  azureName(config, 'logs', AZURE_NAMES.logWorkspace.most);

/** Id of the workspace that a model's lines are kept in, a text. */
export const logWorkspaceId = (config: ResolvedConfig): string =>
  armId(config, 'Microsoft.OperationalInsights/workspaces', workspaceName(config));

/** Id of the workspace: a reference in the stack that makes it, so that it is there first; elsewhere a text. */
export const logWorkspaceIdIn = (scope: Construct, config: ResolvedConfig): string =>
  TerraformStack.of(scope)
    .node.findAll()
    .find((one) => one instanceof LogAnalyticsWorkspace)?.id ?? logWorkspaceId(config);

/** Makes the workspace of a model's lines. It belongs to the data: it outlives the functions that write it. */
export function logWorkspace(scope: Construct, id: string, config: ResolvedConfig): LogAnalyticsWorkspace {
  const retentionInDays = config.environment.logRetentionDays;
  const workspace = new LogAnalyticsWorkspace(scope, id, {
    ...groupOf(scope, config),
    name: workspaceName(config),
    sku: 'PerGB2018',
    retentionInDays,
    localAuthenticationEnabled: false,
    tags: azureTags(config),
  });
  for (const name of TABLES)
    new LogAnalyticsWorkspaceTable(scope, `${id}-${name}`, {
      workspaceId: workspace.id,
      name,
      retentionInDays,
      totalRetentionInDays: retentionInDays,
    });
  return workspace;
}

/** The Application Insights that the apps of a stack write to, on the model's workspace. */
export const insightsOf = (scope: Construct, config: ResolvedConfig): ApplicationInsights =>
  oncePerStack(
    scope,
    'Insights',
    (stack) =>
      new ApplicationInsights(stack, 'Insights', {
        ...groupOf(stack, config),
        name: azureName(config, 'insights', AZURE_NAMES.insights.most),
        applicationType: 'Node.JS',
        workspaceId: logWorkspaceIdIn(stack, config),
        localAuthenticationDisabled: true,
        tags: azureTags(config),
      }),
  );
