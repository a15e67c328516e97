import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Right } from '../../contract/right.ts';

/** A right by its permissions in IAM. */
export interface AwsRight extends Right {
  readonly actions: readonly string[];
}

/** The statement that grants a right on these resources. */
export function grant({ actions }: AwsRight, ...resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}
