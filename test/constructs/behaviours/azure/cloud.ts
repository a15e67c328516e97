import type { TerraformStacks } from '../../../support/terraform/located.ts';
import type { CloudUnderTest } from '../cloud.ts';
import { stacksWithArchives } from './archives.ts';
import { AZURE_DATA_FAULTS, AZURE_FUNCTION_FAULTS, AZURE_RESOURCE_FAULTS } from './faults.ts';
import { AZURE_RUN_FAULTS } from './faults-of-runs.ts';
import { AZURE_SERVING_FAULTS } from './faults-of-serving.ts';
import type { AzureRefused } from './plant.ts';
import { azureReader } from './reader.ts';

const PLACE = {
  provider: 'azure',
  tenant: '00000000-0000-0000-0000-000000000000',
  location: 'westeurope',
  entraClientId: '00000000-0000-0000-0000-00000000000c',
} as const;
const KEY =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/example-ml-keys/providers/Microsoft.KeyVault/vaults/example-ml-dev/keys/mlops';

/** Azure by Terraform. */
export const azureUnderTest: CloudUnderTest<TerraformStacks, AzureRefused> = {
  name: 'azure',
  callers: ['00000000-0000-0000-0000-00000000000d'],
  keyed: {
    customer: { cloud: { ...PLACE, subscription: '00000000-0000-0000-0000-000000000001', keyId: KEY } },
    provider: { cloud: { ...PLACE, subscription: '00000000-0000-0000-0000-000000000003' } },
  },
  empty: { data: { resource: {} }, model: { resource: {} }, archives: { resource: {} } },
  refused: {
    'every function has a log of its own':
      'all apps of a model write into one workspace, and a query tells their lines apart by the name of the app',
    'a run has the steps of its plan, in order':
      'a run is code of its app, a Durable orchestration, and not a resource; test/workflow runs it against the plan',
    'a run may call its own functions, and nothing else':
      'the steps of a run are activities of its own app: they share one identity, and no right to call is needed',
  },
  synthesize: stacksWithArchives,
  read: azureReader,
  faults: {
    ...AZURE_FUNCTION_FAULTS,
    ...AZURE_DATA_FAULTS,
    ...AZURE_RUN_FAULTS,
    ...AZURE_SERVING_FAULTS,
    ...AZURE_RESOURCE_FAULTS,
  },
};
