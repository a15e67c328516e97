import { expect, it } from 'vitest';
import { exampleGcpConfig } from '../../constructs/gcp/example.ts';
import { synthesizeTerraform } from '../../support/synth-terraform.ts';
import { blocksOf } from '../../support/terraform/located.ts';

const configOfDev = exampleGcpConfig('dev', { alertTo: ['ml-alerts@example.com'] });

/**
 * The last layer: what a change to the stacks changes, to be read in a review. The digests of code, which differ with every
 * change of it, are left out.
 */
it.each(['data', 'model'] as const)('dev synthesizes the unchanged configuration of %s', async (half) => {
  const { stacks } = synthesizeTerraform(await configOfDev);
  const text = JSON.stringify(stacks[half], null, 1).replaceAll(/[0-9a-f]{64}/g, 'digest');
  await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/gcp/dev-${half}.json`);
});

it('dev keeps the addresses of data: another address is another, empty resource', async () => {
  const { data } = synthesizeTerraform(await configOfDev).stacks;
  const addresses = blocksOf(
    { data },
    'google_storage_bucket',
    'google_secret_manager_secret',
    'google_secret_manager_secret_version',
    'google_bigquery_dataset',
    'google_bigquery_table',
  ).map(({ type, name }) => `${type}.${name}`);
  expect(addresses.sort()).toEqual([
    'google_bigquery_dataset.FeatureStore_Dataset_B694A91A',
    'google_bigquery_table.FeatureStore_F455F1ED',
    'google_secret_manager_secret.PseudonymSecret_DEF71C06',
    'google_secret_manager_secret_version.PseudonymSecret_Version_E7FCD845',
    'google_storage_bucket.ArtifactStore_8A81FDFB',
  ]);
});
