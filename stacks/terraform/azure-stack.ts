import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import type { Construct } from 'constructs';
import { cloudOf, isRemoved } from '../../constructs/azure/place.ts';
import { RESOURCE_PROVIDERS } from '../../constructs/azure/resource-providers.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';

import {
  AzurermBackend,
  azapiProvider,
  LocalBackend,
  TerraformStack,
} from '../../constructs/shared/cdktf.ts';

/** A stack on Azure, with its state and its providers. */
export class AzureStack extends TerraformStack {
  constructor(scope: Construct, id: string, config: ResolvedConfig) {
    super(scope, id);
    const { stateBackend } = config.environment;
    if (stateBackend.type === 'azurerm')
      new AzurermBackend(this, {
        resourceGroupName: stateBackend.resourceGroup,
        storageAccountName: stateBackend.storageAccount,
        containerName: stateBackend.container,
        key: `${id}.tfstate`,
        useAzureadAuth: true,
      });
    else new LocalBackend(this, { path: 'terraform.tfstate' }); // the default is an absolute path
    const { subscription, tenant } = cloudOf(config);
    const goes = isRemoved(config);
    new AzurermProvider(this, 'Azure', {
      subscriptionId: subscription,
      tenantId: tenant,
      // Accounts have no keys, which the provider would ask for otherwise.
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
      resourceProvidersToRegister: [...RESOURCE_PROVIDERS],
      features: [
        {
          // It would make a rule and a group of people that no state has, and that stops a destroy.
          applicationInsights: [{ disableGeneratedRule: true }],
          // Who deploys may not read blobs and queues when an account is made, and the provider would ask both whether they are there.
          storage: [{ dataPlaneAvailable: false }],
          // A name that is kept after a deletion would stop the next deployment.
          keyVault: [
            {
              purgeSoftDeleteOnDestroy: goes,
              purgeSoftDeletedSecretsOnDestroy: goes,
              recoverSoftDeletedKeyVaults: true,
              recoverSoftDeletedSecrets: true,
            },
          ],
          logAnalyticsWorkspace: [{ permanentlyDeleteOnDestroy: goes }],
          machineLearning: [{ purgeSoftDeletedWorkspaceOnDestroy: goes }],
          // Azure adds resources of its own to a group, such as those that detect anomalies.
          resourceGroup: [{ preventDeletionIfContainsResources: !goes }],
        },
      ],
    });
    azapiProvider(this, { subscription, tenant });
  }
}
