/** A small stack as CDK for Terraform writes it, by hand: one resource of the kinds that are charged. */

import type { TerraformConfiguration } from '../../../../bin/clouds/terraform.ts';

const metadata = (path: string) => ({
  '//': { metadata: { path: `bank-marketing-dev-azure-model/${path}` } },
});

const site = (component: string, app: string, instanceMemoryMB: number) => ({
  ...metadata(`${component}/App/Resource`),
  type: 'Microsoft.Web/sites@2024-11-01',
  name: `bank-marketing-dev-${app}-0a1b2c`,
  body: { properties: { functionAppConfig: { scaleAndConcurrency: { instanceMemoryMB } } } },
});

export const AZURE_MODEL_STACK = {
  resource: {
    azapi_resource: {
      Pipeline: site('TrainingPipeline', 'pipeline', 4_096),
      Scoring: site('ScoringApi', 'scoring', 2_048),
      Release: site('ReleaseController', 'release', 512),
      Monitor: site('DriftMonitor', 'monitor', 2_048),
    },
    azurerm_storage_account: { Host: metadata('ReleaseController/App/Host/Account') },
    azurerm_monitor_scheduled_query_rules_alert_v2: { Alarms: metadata('RollbackAlarms/Alarms/Resource') },
    azurerm_eventgrid_topic: { Events: metadata('Events/Resource') },
    time_sleep: { Ready: metadata('ReleaseController/App/Ready') },
  },
} as const satisfies TerraformConfiguration;

const rule = (name: string, prefix: string, actions: object) => ({
  name,
  enabled: true,
  filters: { blob_types: ['blockBlob'], prefix_match: [prefix] },
  actions,
});

export const AZURE_DATA_STACK = {
  resource: {
    azurerm_storage_account: {
      Store: {
        ...metadata('ArtifactStore/Resource'),
        blob_properties: { delete_retention_policy: { days: 7 } },
      },
    },
    azurerm_storage_management_policy: {
      Lifecycle: {
        ...metadata('ArtifactStore/Lifecycle'),
        rule: [
          rule('old', 'artifacts/', { version: { delete_after_days_since_creation: 90 } }),
          rule('exports', 'artifacts/exports/', {
            base_blob: { delete_after_days_since_modification_greater_than: 35 },
          }),
          rule('exports-old', 'artifacts/exports/', { version: { delete_after_days_since_creation: 7 } }),
        ],
      },
    },
    azurerm_log_analytics_workspace: { Logs: metadata('ArtifactStore/Logs') },
  },
} as const satisfies TerraformConfiguration;
