import type { AzureBlobDatastore, Workspace } from '@azure/arm-machinelearning';
import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights/index.js';
import { RoleDefinition } from '@cdktf/provider-azurerm/lib/role-definition/index.js';
import type { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import { shortName } from '../config/short-name.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/model-registry.ts';
import { AzapiResource } from '../shared/azapi.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { azureAccountName, azureName, azureTags, azureUuid, nameOf } from '../shared/naming.ts';
import { ARTIFACTS } from './artifact-store.ts';
import { logWorkspaceIdIn } from './logs.ts';
import { MIRROR_ACTIONS } from './permissions/ports.ts';
import { armId, cloudOf, isRemoved } from './place.ts';
import { groupIdOf, groupOf } from './resource-group.ts';
import { storageAccount } from './storage-account.ts';
import { vault } from './vault.ts';

/** The newest version of Microsoft.MachineLearningServices that azurerm 4 calls itself, no preview. */
const ML_API = '2025-06-01';
/** Characters of a model's name (learn.microsoft.com/rest/api/azureml/model-versions/create-or-update). */
const LONGEST_MODEL = 255;

/** The part of a workspace's body that is sent: that of the vendor's package, and what it does not have yet (learn.microsoft.com/azure/templates/microsoft.machinelearningservices/workspaces). */
interface WorkspaceBody {
  readonly kind: 'Default';
  readonly sku: { readonly name: 'Basic'; readonly tier: 'Basic' };
  readonly properties: Pick<
    Workspace,
    | 'friendlyName'
    | 'storageAccount'
    | 'keyVault'
    | 'applicationInsights'
    | 'publicNetworkAccess'
    | 'v1LegacyMode'
  > & { readonly systemDatastoresAuthMode: 'Identity' };
}

/** The body of the entry for the container that versions point to. Nobody's key is kept: who reads shows a token. */
interface DatastoreBody {
  readonly properties: Pick<
    AzureBlobDatastore,
    'datastoreType' | 'accountName' | 'containerName' | 'credentials'
  >;
}

/**
 * A workspace of Azure Machine Learning that shows the versions of the model, and the role that shows them. The API asks for an
 * account, a vault and Application Insights; they are the workspace's own and stay nearly empty, because its identity gets roles on
 * them and must not read the model's secret and artifacts. No compute and no container registry is made: those would be charged.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore, ModelRegistry } from 'mlops-blueprint/azure';
 *
 * new ArtifactStore(stack, 'Store', { config });
 * const registry = new ModelRegistry(stack, 'Registry', { config });
 * new TerraformOutput(stack, 'Model', { value: registry.modelResourceId });
 */
export class ModelRegistry extends ModelConstruct implements contract.IModelRegistry {
  readonly resource: AzapiResource;
  /** ARM ids as texts: another stack may use them. */
  readonly workspaceId: string;
  readonly modelResourceId: string;
  /** The role that shows versions. */
  readonly roleId: string;

  constructor(scope: Construct, id: string, props: contract.ModelRegistryProps) {
    super(scope, id, props);
    const { config } = props;
    const { subscription, location } = cloudOf(config);
    const name = azureName(config, 'models', AZURE_NAMES.mlWorkspace.most);
    const kept = !isRemoved(config);
    this.resource = new AzapiResource(this, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces@${ML_API}`,
      name,
      parentId: groupIdOf(this, config),
      location,
      tags: azureTags(config),
      identity: 'system',
      body: bodyOf(this, config, subscription),
      // A deleted workspace would keep its name for two weeks (learn.microsoft.com/azure/machine-learning/concept-soft-delete).
      deleteQuery: { forceToPurge: ['true'] },
      lifecycle: { preventDestroy: kept },
    });
    this.workspaceId = armId(config, 'Microsoft.MachineLearningServices/workspaces', name);
    this.modelResourceId = `${this.workspaceId}/models/${shortName(nameOf(config), LONGEST_MODEL)}`;
    this.roleId = roleOf(this, config, subscription);
    new AzapiResource(this, 'Artifacts', {
      type: `Microsoft.MachineLearningServices/workspaces/datastores@${ML_API}`,
      name: ARTIFACTS,
      parentId: this.resource.id,
      body: {
        properties: {
          datastoreType: 'AzureBlob',
          accountName: azureAccountName(config, subscription, ''),
          containerName: ARTIFACTS,
          credentials: { credentialsType: 'None' },
        },
      } satisfies DatastoreBody,
    });
  }
}

function bodyOf(
  scope: Construct,
  config: ResolvedConfig,
  subscription: string,
): WorkspaceBody & Readonly<Record<string, unknown>> {
  const account = storageAccount(scope, 'Account', {
    config,
    name: azureAccountName(config, subscription, 'ml'),
    versions: false,
    kept: false,
  });
  const insights = new ApplicationInsights(scope, 'Insights', {
    ...groupOf(scope, config),
    name: azureName(config, 'models', AZURE_NAMES.insights.most),
    applicationType: 'other',
    workspaceId: logWorkspaceIdIn(scope, config),
    tags: azureTags(config),
  });
  return {
    kind: 'Default',
    sku: { name: 'Basic', tier: 'Basic' },
    properties: {
      friendlyName: nameOf(config),
      storageAccount: account.id,
      keyVault: vault(scope, 'Vault', { config, part: 'ml', kept: false }).id,
      applicationInsights: insights.id,
      publicNetworkAccess: 'Enabled',
      systemDatastoresAuthMode: 'Identity',
      v1LegacyMode: false,
    },
  } satisfies WorkspaceBody;
}

/** A role that is built in allows to run jobs and endpoints, too. */
function roleOf(parent: Construct, config: ResolvedConfig, subscription: string): string {
  const uuid = azureUuid(`${subscription}/${nameOf(config)}/models`);
  const scope = groupIdOf(parent, config);
  new RoleDefinition(parent, 'Role', {
    name: `${nameOf(config)} models ${uuid.slice(0, 8)}`, // unique in the tenant
    roleDefinitionId: uuid,
    scope,
    assignableScopes: [scope],
    description: 'shows the versions of a model in Azure Machine Learning',
    permissions: [{ actions: [...MIRROR_ACTIONS] }],
  });
  return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${uuid}`;
}
