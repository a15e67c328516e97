import { expect, it } from 'vitest';
import { DEPLOYER_RIGHTS } from '../../../constructs/gcp/permissions/deployer.ts';
import { exampleGcpConfig } from '../../constructs/gcp/example.ts';
import { synthesizeTerraform } from '../../support/synth-terraform.ts';
import { blocksOf } from '../../support/terraform/located.ts';

const BEGINNINGS = Object.keys(DEPLOYER_RIGHTS);
const without = (types: readonly string[]): readonly string[] =>
  types.filter((type) => !BEGINNINGS.some((beginning) => type.startsWith(beginning)));

it('the roles of the identity that deploys cover every type of resource, and none is for nothing', async () => {
  const stacks = synthesizeTerraform(await exampleGcpConfig('prod')).stacks;
  const types = [...new Set(blocksOf(stacks).map(({ type }) => type))].filter((type) =>
    /^google_/.test(type),
  );
  expect(types.length).toBeGreaterThan(20);
  expect(without(types)).toEqual([]);
  expect(BEGINNINGS.filter((beginning) => !types.some((type) => type.startsWith(beginning)))).toEqual([]);
  expect(without(['google_dataproc_cluster'])).toEqual(['google_dataproc_cluster']);
});
