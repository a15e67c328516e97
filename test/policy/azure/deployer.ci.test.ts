import { expect, it } from 'vitest';
import { DEPLOYER_RIGHTS } from '../../../constructs/azure/permissions/deployer.ts';
import { blocksOf } from '../../support/terraform/located.ts';
import { synthesizeAzure } from '../../support/terraform/synth.ts';

const BEGINNINGS = Object.keys(DEPLOYER_RIGHTS);
const without = (types: readonly string[]): readonly string[] =>
  types.filter((type) => !BEGINNINGS.some((beginning) => type.startsWith(beginning)));

it('the roles of the identity that deploys to Azure cover every type of resource, and none is for nothing', async () => {
  const { data, model } = await synthesizeAzure('prod', { alertTo: ['ml-alerts@example.com'] });
  const types = [
    ...new Set(
      blocksOf({ data, model }).map(({ type, body }) =>
        type.startsWith('azapi_') ? String(body.type) : type,
      ),
    ),
  ].filter((type) => !type.startsWith('time_'));
  expect(types.length).toBeGreaterThan(20);
  expect(without(types)).toEqual([]);
  expect(BEGINNINGS.filter((beginning) => !types.some((type) => type.startsWith(beginning)))).toEqual([]);
  expect(without(['azurerm_databricks_workspace'])).toEqual(['azurerm_databricks_workspace']);
});
