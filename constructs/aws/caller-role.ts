import { CfnOutput } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, Policy, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface CallerRoleProps {
  /** ARNs of the roles and users that may assume it; at least one. */
  readonly callers: readonly string[];
  readonly statements: readonly PolicyStatement[];
  /** The one thing that it may do, as `call the scoring API`. */
  readonly purpose: string;
}

/**
 * A role that people and services of this or another account assume for one purpose. An HTTP API has no policy of its own
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html), and neither has a workflow.
 */
export class CallerRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { callers, statements, purpose }: CallerRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: `may ${purpose}, and nothing else`,
      assumedBy: new CompositePrincipal(...callers.map((arn) => new ArnPrincipal(arn))),
    });
    new Policy(this, 'Policy', { roles: [this.role], statements: [...statements] });
    new CfnOutput(this, 'RoleArn', {
      description: `assume this role to ${purpose}`,
      value: this.role.roleArn,
    });
  }
}
