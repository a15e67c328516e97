import { RemovalPolicy } from 'aws-cdk-lib';
import type { ResolvedConfig } from '../contract/model-props.ts';

/** What happens to a resource that holds data when its stack goes. */
export function removalOf({ environment }: Pick<ResolvedConfig, 'environment'>): RemovalPolicy {
  return environment.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
