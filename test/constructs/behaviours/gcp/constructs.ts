import { gcp } from '../../../../constructs/gcp/index.ts';
import { TerraformStack } from '../../../../constructs/shared/cdktf.ts';
import { foreignTerraformStack } from '../../../support/synth-terraform.ts';
import { blocksOf } from '../../../support/terraform/located.ts';
import type { TerraformConfig } from '../../../support/terraform/schema.ts';
import type { ConstructsUnderTest } from '../alone.ts';
import { gcpUnderTest } from './cloud.ts';

/** The constructs of Google Cloud in stacks of somebody else. */
export const gcpConstructs: ConstructsUnderTest = {
  name: gcpUnderTest.name,
  callers: gcpUnderTest.callers,
  keyed: gcpUnderTest.keyed,
  constructs: gcp,
  scope: foreignTerraformStack,
  resourceTypes(scope, child) {
    const model = TerraformStack.of(scope).toTerraform() as TerraformConfig; // the form that it is written in
    return blocksOf({ model })
      .filter(({ name }) => name.startsWith(child))
      .map(({ type }) => type);
  },
};
