import { CfnOutput } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ArnPrincipal, CompositePrincipal, Policy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { methodsOf, SCORING_PATHS } from '../../lambdas/core/scoring-paths.ts';
import { grant } from './permissions/right.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';

export interface ScoringCallerProps {
  readonly api: HttpApi;
  /** ARNs of the roles and users that may score. */
  readonly callers: readonly string[];
}

/**
 * The role that callers take on to score, and that can do nothing else. HTTP APIs have no policy of their own
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html), so this is how an identity of
 * another account, too, gets in.
 */
export class ScoringCaller extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { api, callers }: ScoringCallerProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'may call the scoring API, and nothing else',
      assumedBy: new CompositePrincipal(...callers.map((arn) => new ArnPrincipal(arn))),
    });
    const routes = Object.entries(SCORING_PATHS).flatMap(([path, method]) =>
      methodsOf(method).map((one) => api.arnForExecuteApi(one, path, '$default')),
    );
    new Policy(this, 'Policy', { roles: [this.role], statements: [grant(SERVICE_RIGHTS.call, ...routes)] });
    new CfnOutput(this, 'RoleArn', {
      description: 'callers assume this role to score',
      value: this.role.roleArn,
    });
  }
}
