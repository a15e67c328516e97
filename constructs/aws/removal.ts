import { RemovalPolicy } from 'aws-cdk-lib';
import type { ResolvedConfig } from '../contract/model-props.ts';

/**
 * Returns the removal policy of a resource that holds data: its fate when its stack is deleted. A kept
 * resource still goes when its create is rolled back: it is empty then, and its name would make the next try fail
 * (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html, RetainExceptOnCreate).
 */
export function removalOf({ environment }: Pick<ResolvedConfig, 'environment'>): RemovalPolicy {
  return environment.removal === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
