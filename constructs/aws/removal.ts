import { RemovalPolicy } from 'aws-cdk-lib';
import type { ResolvedConfig } from '../contract/model-props.ts';

/** Returns the removal policy of a resource that holds data: its fate when its stack is deleted. */
export function removalOf({ environment }: Pick<ResolvedConfig, 'environment'>): RemovalPolicy {
  return environment.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
