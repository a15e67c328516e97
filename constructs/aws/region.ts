import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { REGION_SOURCE, regionHas } from '../config/limits/aws-place.ts';
import type { AwsType } from '../config/limits/aws-types.ts';

/**
 * Refuses a construct whose stack lies in a region that lacks its resource type. A stack that leaves the region to the
 * credentials passes; `cdk synth` checks that region itself.
 *
 * @throws Error naming the construct, the type and the region
 */
export function requireType(construct: Construct, type: AwsType): void {
  const { region } = Stack.of(construct);
  if (!regionHas(region, type))
    throw new Error(
      `${construct.constructor.name}: CloudFormation has no ${type} in ${region} (${REGION_SOURCE}): use another region`,
    );
}
