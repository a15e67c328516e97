import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { TerraformStack } from '../shared/cdktf.ts';
import { azureTags } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { cloudOf, groupId, groupName } from './place.ts';

const ID = 'ResourceGroup';

/** Makes the model's resource group in the stack of a construct, unless the environment names one that is there. */
export function makeGroup(scope: Construct, config: ResolvedConfig): void {
  const { resourceGroup, location } = cloudOf(config);
  if (resourceGroup !== undefined) return;
  oncePerStack(
    scope,
    ID,
    (stack) => new ResourceGroup(stack, ID, { name: groupName(config), location, tags: azureTags(config) }),
  );
}

/** Name, id and location of a model's group, as resources take them. */
export interface GroupOf {
  readonly resourceGroupName: string;
  readonly location: string;
}

/** Name and location of the group: a reference in the stack that makes it, so that it is there first; elsewhere texts. */
export const groupOf = (scope: Construct, config: ResolvedConfig): GroupOf => ({
  resourceGroupName: madeGroup(scope)?.name ?? groupName(config),
  location: cloudOf(config).location,
});

/** Id of the group: a reference in the stack that makes it. */
export const groupIdOf = (scope: Construct, config: ResolvedConfig): string =>
  madeGroup(scope)?.id ?? groupId(config);

const madeGroup = (scope: Construct): ResourceGroup | undefined => {
  const found = TerraformStack.of(scope).node.tryFindChild(ID);
  return found === undefined ? undefined : (found as ResourceGroup); // nobody else makes a child of this id
};
