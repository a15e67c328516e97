/**
 * Providers of resources that a subscription must know before a model is deployed; Terraform registers them
 * (learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types). Microsoft.App runs the plan Flex Consumption.
 */
export const RESOURCE_PROVIDERS = [
  'Microsoft.AlertsManagement',
  'Microsoft.App',
  'Microsoft.Authorization',
  'Microsoft.Consumption',
  'Microsoft.EventGrid',
  'Microsoft.Insights',
  'Microsoft.KeyVault',
  'Microsoft.MachineLearningServices',
  'Microsoft.ManagedIdentity',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
  'Microsoft.Web',
] as const;
