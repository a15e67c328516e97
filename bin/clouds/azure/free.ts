/** Types of resources that Azure does not charge for, each with the reason and the page that has it. */

const ROLES = 'roles and identities are free (azure.microsoft.com/pricing/details/microsoft-entra-id)';
const MONITOR = 'azure.microsoft.com/pricing/details/monitor';
const STORAGE = 'azure.microsoft.com/pricing/details/storage/blobs';
const FUNCTIONS = 'azure.microsoft.com/pricing/details/functions';
const TERRAFORM = 'it exists in the state of Terraform only';

const FREE_TYPES: Readonly<Record<string, string>> = {
  azurerm_resource_group: 'a group is free (azure.microsoft.com/pricing/details/azure-resource-manager)',
  azurerm_role_assignment: ROLES,
  azurerm_role_definition: ROLES,
  azurerm_user_assigned_identity: ROLES,
  azurerm_storage_container: `charged by what is in it (${STORAGE})`,
  azurerm_storage_management_policy: `rules are free (${STORAGE})`,
  azurerm_storage_blob: `an archive of a megabyte at most (${STORAGE})`,
  azurerm_service_plan: `the Flex plan is charged by its executions (${FUNCTIONS})`,
  azurerm_log_analytics_workspace_table: `charged by its workspace (${MONITOR})`,
  azurerm_application_insights: `charged by the log that it writes to (${MONITOR})`,
  azurerm_application_insights_workbook: `workbooks are free (${MONITOR})`,
  azurerm_consumption_budget_resource_group:
    'budgets are free (azure.microsoft.com/pricing/details/cost-management)',
  azurerm_monitor_action_group: `the first 1,000 e-mails of a month are free (${MONITOR})`,
  'Microsoft.Web/sites': `charged by its functions (${FUNCTIONS})`,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': `a setting of a site (${FUNCTIONS})`,
  'Microsoft.Web/sites/config': `a setting of a site (${FUNCTIONS})`,
  'Microsoft.Web/sites/extensions': `the deployment of a site (${FUNCTIONS})`,
  'Microsoft.MachineLearningServices/workspaces':
    'a workspace without compute is free (azure.microsoft.com/pricing/details/machine-learning)',
  'Microsoft.MachineLearningServices/workspaces/datastores':
    'an entry of a workspace (azure.microsoft.com/pricing/details/machine-learning)',
  time_sleep: TERRAFORM,
};

/** Why a type is free; undefined where it is not, or is not known. */
export const freeOnAzure = (type: string): string | undefined => FREE_TYPES[type];
