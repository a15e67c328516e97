import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { aws } from '../../../../constructs/aws/index.ts';
import type { ConstructsUnderTest } from '../alone.ts';
import { awsUnderTest } from './cloud.ts';

/** The constructs of AWS in stacks without an account, a region and this project's tags. */
export const awsConstructs: ConstructsUnderTest = {
  name: awsUnderTest.name,
  callers: awsUnderTest.callers,
  keyed: awsUnderTest.keyed,
  constructs: aws,
  scope: () => new Stack(new App(), 'Foreign'),
  resourceTypes(scope, child) {
    const { Resources } = Template.fromStack(Stack.of(scope)).toJSON() as {
      readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
    };
    return Object.entries(Resources)
      .filter(([id]) => id.startsWith(child))
      .map(([, { Type }]) => Type);
  },
};
