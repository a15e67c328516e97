import type { Construct } from 'constructs';
import { TerraformStack } from './cdktf.ts';

/** Returns the one construct of this id in the stack of a scope, made at the first call. */
export function oncePerStack<T extends Construct>(
  scope: Construct,
  id: string,
  make: (stack: Construct) => T,
): T {
  const stack = TerraformStack.of(scope);
  const found = stack.node.tryFindChild(id);
  return found === undefined ? make(stack) : (found as T); // nobody else makes a child of this id
}
