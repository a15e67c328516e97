import { azure } from '../../../../constructs/azure/index.ts';
import { TerraformStack } from '../../../../constructs/shared/cdktf.ts';
import { foreignTerraformStack } from '../../../support/synth-terraform.ts';
import { blocksOf } from '../../../support/terraform/located.ts';
import type { TerraformConfig } from '../../../support/terraform/schema.ts';
import type { ConstructsUnderTest } from '../alone.ts';
import { azureUnderTest } from './cloud.ts';

/** Made once for a stack, as its child. */
const OF_STACK = 'azurerm_resource_group';

/** The constructs of Azure in stacks of somebody else. */
export const azureConstructs: ConstructsUnderTest = {
  name: azureUnderTest.name,
  callers: azureUnderTest.callers,
  keyed: azureUnderTest.keyed,
  constructs: azure,
  notAlone: {
    score: /score answers requests.*: use ScoringApi/,
    approve: /approve asks who its caller is.*: use ReleaseController/,
  },
  scope: foreignTerraformStack,
  resourceTypes(scope, child) {
    const model = TerraformStack.of(scope).toTerraform() as TerraformConfig; // the form that it is written in
    return blocksOf({ model })
      .filter(({ name, type }) => name.startsWith(child) || type === OF_STACK)
      .map(({ type, body }) => (type.startsWith('azapi_') ? (String(body.type).split('@')[0] ?? '') : type));
  },
};
