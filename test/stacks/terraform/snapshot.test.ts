import { expect, it } from 'vitest';
import { exampleAzureConfig } from '../../constructs/azure/example.ts';
import { exampleGcpConfig } from '../../constructs/gcp/example.ts';
import { synthesizeTerraform } from '../../support/synth-terraform.ts';
import { blocksOf } from '../../support/terraform/located.ts';

const ALERTS = { alertTo: ['ml-alerts@example.com'] };
const CONFIGS = { gcp: exampleGcpConfig('dev', ALERTS), azure: exampleAzureConfig('dev', ALERTS) };
const HALVES = ['data', 'model'] as const;

/** Digests of code, which differ with every change of it: sha256 of archives, and the MD5 that a blob is known by. */
const withoutDigests = (text: string): string =>
  text.replaceAll(/[0-9a-f]{64}/g, 'digest').replaceAll(/("content_md5": ")[0-9a-f]{32}/g, '$1digest');

/**
 * The last layer: what a change to the stacks changes, to be read in a review. The digests of code, which differ with every
 * change of it, are left out.
 */
it.each(HALVES.flatMap((half) => (['gcp', 'azure'] as const).map((cloud) => [cloud, half] as const)))(
  'dev on %s synthesizes the unchanged configuration of %s',
  async (cloud, half) => {
    const { stacks } = synthesizeTerraform(await CONFIGS[cloud]);
    const text = withoutDigests(JSON.stringify(stacks[half], null, 1));
    await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/${cloud}/dev-${half}.json`);
  },
);

/** Types of resources whose loss is the loss of data. */
const DATA = {
  gcp: [
    'google_storage_bucket',
    'google_secret_manager_secret',
    'google_secret_manager_secret_version',
    'google_bigquery_dataset',
    'google_bigquery_table',
  ],
  azure: [
    'azapi_resource',
    'azapi_resource_action',
    'azurerm_key_vault',
    'azurerm_log_analytics_workspace',
    'azurerm_resource_group',
    'azurerm_storage_account',
    'azurerm_storage_container',
  ],
} as const;

it.each<[cloud: keyof typeof DATA, addresses: readonly string[]]>([
  [
    'gcp',
    [
      'google_bigquery_dataset.FeatureStore_Dataset_B694A91A',
      'google_bigquery_table.FeatureStore_F455F1ED',
      'google_secret_manager_secret.PseudonymSecret_DEF71C06',
      'google_secret_manager_secret_version.PseudonymSecret_Version_E7FCD845',
      'google_storage_bucket.ArtifactStore_8A81FDFB',
    ],
  ],
  [
    'azure',
    [
      'azapi_resource.ModelRegistry_Artifacts_A7D48EE6',
      'azapi_resource.ModelRegistry_B238A970',
      'azapi_resource_action.PseudonymSecret_Value_34E34282',
      'azurerm_key_vault.ModelRegistry_Vault_538C592D',
      'azurerm_key_vault.PseudonymSecret_DEF71C06',
      'azurerm_log_analytics_workspace.ArtifactStore_Logs_DEC82C6D',
      'azurerm_resource_group.ResourceGroup',
      'azurerm_storage_account.ArtifactStore_8A81FDFB',
      'azurerm_storage_account.ModelRegistry_Account_3DB60714',
      'azurerm_storage_container.ArtifactStore_Container_A054973B',
      'azurerm_storage_container.ArtifactStore_DeadLetters_EC6CA4EF',
    ],
  ],
])(
  'dev on %s keeps the addresses of data: another address is another, empty resource',
  async (cloud, expected) => {
    const { data } = synthesizeTerraform(await CONFIGS[cloud]).stacks;
    const addresses = blocksOf({ data }, ...DATA[cloud]).map(({ type, name }) => `${type}.${name}`);
    expect(addresses.sort()).toEqual(expected);
  },
);

it('dev on azure keeps the names of data: a global name is another, empty resource, too', async () => {
  const { data } = synthesizeTerraform(await CONFIGS.azure).stacks;
  const names = blocksOf({ data }, 'azurerm_storage_account', 'azurerm_key_vault', 'azapi_resource').map(
    ({ body }) => body.name,
  );
  expect(names.sort()).toEqual([
    'artifacts',
    'bank-ma-d2209e-ml-c4f217',
    'bank-marke-812c79-2e8377',
    'bank-marketing-dev-models',
    'bankmarketingdcab7d26a9d',
    'bankmarketinmlc4f2179a5f',
  ]);
});
