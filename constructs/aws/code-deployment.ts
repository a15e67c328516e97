import { Duration } from 'aws-cdk-lib';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { modelAlarm } from './alarm.ts';
import type { Notifications } from './notifications.ts';
import { type AwsRight, grant } from './permissions/right.ts';

export interface CodeCanaryProps {
  readonly alias: Alias;
  readonly notifications: Notifications | undefined;
}

/** Rights of CodeDeploy in its role: fewer than AWS's managed policy gives it. */
const SHIFT: AwsRight = {
  actions: ['lambda:UpdateAlias', 'lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig'],
  on: "the scoring function's alias",
  source: 'docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html',
};
const LOOK: AwsRight = { ...SHIFT, actions: ['cloudwatch:DescribeAlarms'], on: 'the alarm of new code' };

/**
 * New code of the scoring function gets a tenth of the requests for five minutes; its own errors take it back. The alarm
 * looks at the alias's new version only, so that one which is already off cannot stop the code that mends it
 * (github.com/aws/serverless-application-model/issues/716).
 */
export class CodeDeployment extends Construct {
  readonly resource: LambdaDeploymentGroup;

  constructor(scope: Construct, id: string, { alias, notifications }: CodeCanaryProps) {
    super(scope, id);
    const alarm = modelAlarm(this, 'NewCodeErrors', {
      metric: alias.metricErrors({
        period: Duration.minutes(1),
        statistic: 'Sum',
        dimensionsMap: {
          FunctionName: alias.lambda.functionName,
          Resource: `${alias.lambda.functionName}:${alias.aliasName}`,
          ExecutedVersion: alias.version.version,
        },
      }),
      threshold: 0,
      periods: [1, 1],
      says: 'new code of the scoring function failed and was taken back',
      runbook: 'runbook-new-code',
      notifications,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        grant(SHIFT, alias.lambda.functionArn, `${alias.lambda.functionArn}:*`),
        grant(LOOK, alarm.alarmArn),
      ],
    });
    this.resource = new LambdaDeploymentGroup(this, 'Resource', {
      application: new LambdaApplication(this, 'Application'),
      alias,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [alarm],
      ignorePollAlarmsFailure: false,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      role: role.withoutPolicyUpdates(),
    });
    this.resource.node.addDependency(policy);
  }
}
