import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Permission in IAM that one call of a port needs. */
export interface Right {
  readonly actions: readonly string[];
  /** Resources that the actions are allowed on, in words. */
  readonly on: string;
  /** Why a right is needed that no call names. */
  readonly impliedBy?: string;
  /** The vendor's page. */
  readonly source: string;
}

/** The statement that grants a right on these resources. */
export function grant({ actions }: Right, ...resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}
