import type { AzureRight } from './right.ts';

const ROLES = 'learn.microsoft.com/azure/role-based-access-control/built-in-roles';
const GROUP = "the model's resource group";
const group = (role: string): AzureRight => ({ role, on: GROUP, source: ROLES });

/** Azure has no narrower role for these: they belong to the group, or to nothing that has a role of its own. */
const CONTRIBUTOR: AzureRight = { role: 'Contributor', on: GROUP, source: `${ROLES}/privileged` };

/**
 * Roles of the identity that deploys, by the beginning of the types of resources that it makes. A group that Terraform makes needs
 * them on the subscription, and so does the registration of providers.
 */
export const DEPLOYER_RIGHTS = {
  'Microsoft.KeyVault/': [group('Key Vault Contributor')],
  'Microsoft.MachineLearningServices/': [CONTRIBUTOR],
  'Microsoft.Web/': [
    group('Website Contributor'),
    {
      role: 'Network Contributor',
      on: 'the subnet, where the environment has one',
      source: `${ROLES}/networking`,
    },
  ],
  azurerm_application_insights: [group('Application Insights Component Contributor')],
  azurerm_consumption_budget_: [group('Cost Management Contributor')],
  azurerm_eventgrid_: [group('EventGrid Contributor')],
  azurerm_key_vault: [
    group('Key Vault Contributor'),
    // The name of a vault is free again after it was purged.
    {
      role: 'Key Vault Purge Operator',
      on: 'the subscription, where the environment is destroyed',
      source: `${ROLES}/security`,
    },
  ],
  azurerm_log_analytics_: [group('Log Analytics Contributor')],
  azurerm_monitor_: [group('Monitoring Contributor')],
  azurerm_resource_group: [CONTRIBUTOR],
  azurerm_role_: [
    { ...group('User Access Administrator'), source: `${ROLES}/privileged` },
    {
      role: 'Role Based Access Control Administrator',
      on: 'the customer key, where the environment has one',
      source: `${ROLES}/privileged`,
    },
  ],
  azurerm_service_plan: [group('Web Plan Contributor')],
  azurerm_storage_: [group('Storage Account Contributor')],
  azurerm_user_assigned_identity: [group('Managed Identity Contributor'), group('Managed Identity Operator')],
} as const satisfies Readonly<Record<string, readonly AzureRight[]>>;
