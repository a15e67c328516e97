import { Duration } from 'aws-cdk-lib';
import { type Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';
import { modelAlarm } from './alarm.ts';
import { placeholderOf, type StateMachineDefinition } from './compile-pipeline.ts';
import { modelLogGroup } from './log-group.ts';
import type { Notifications } from './notifications.ts';
import { FUNCTION_RIGHTS } from './permissions/ports.ts';
import { grant } from './permissions/right.ts';
import { confinedService, SERVICE_RIGHTS } from './permissions/services.ts';
import type { ServerlessFunction } from './serverless-function.ts';

export interface WorkflowProps {
  readonly config: ResolvedConfig;
  /** Last part of the log group's name. */
  readonly name: string;
  readonly definition: StateMachineDefinition;
  readonly functions: Readonly<Partial<Record<FunctionName, ServerlessFunction>>>;
  readonly encryptionKey: IKey | undefined;
  /** Topic that a failed run is reported to. */
  readonly notifications: Notifications | undefined;
  /** Anchor of what to do about a failed run, in the README's runbook. */
  readonly runbook: string;
}

/**
 * A Standard workflow of Step Functions: logged, traced, allowed to call its own functions only, and heard of when a run
 * fails. No run ends by the workflow's own timeout, which would be another metric: it is longer than all states
 * together (test/workflow).
 *
 * Its log names states and errors and leaves out what they are given and answer.
 */
export class Workflow extends Construct {
  readonly resource: CfnStateMachine;
  readonly logGroup: LogGroup;
  readonly failures: Alarm;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { config, name, definition, functions, encryptionKey: key } = props;
    this.key = key;
    const called = Object.entries(functions) as [FunctionName, ServerlessFunction][]; // of a typed record
    this.logGroup = modelLogGroup(this, 'Logs', { config, writer: 'workflow', name, encryptionKey: key });
    const role = new Role(this, 'Role', { assumedBy: confinedService('states') });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        grant(SERVICE_RIGHTS.invoke, ...called.map(([, { resource }]) => resource.functionArn)),
        grant(SERVICE_RIGHTS.workflowLogs, '*'),
        grant(SERVICE_RIGHTS.workflowTraces, '*'),
        ...(key ? [grant(FUNCTION_RIGHTS.key, key.keyArn)] : []),
      ],
    });
    this.resource = new CfnStateMachine(this, 'Resource', {
      stateMachineType: 'STANDARD',
      roleArn: role.roleArn,
      definitionString: JSON.stringify(definition),
      definitionSubstitutions: Object.fromEntries(
        called.map(([function_, { resource }]) => [placeholderOf(function_), resource.functionArn]),
      ),
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: false, // ids and counts are in the functions' own lines
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: this.logGroup.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
      ...(key && { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: key.keyArn } }),
    });
    this.resource.node.addDependency(policy);
    this.failures = modelAlarm(this, 'FailedAlarm', {
      metric: new Metric({
        namespace: 'AWS/States',
        metricName: 'ExecutionsFailed',
        dimensionsMap: { StateMachineArn: this.arn },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 0,
      periods: [1, 1],
      says: `a run of ${name} of ${nameOf(config)} failed`,
      runbook: props.runbook,
      notifications: props.notifications,
    });
  }

  get arn(): string {
    return this.resource.ref;
  }

  /**
   * Rights of whoever starts a run. One under a customer key needs the key too
   * (docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
   */
  get startStatements(): PolicyStatement[] {
    return [
      grant(SERVICE_RIGHTS.start, this.arn),
      ...(this.key ? [grant(FUNCTION_RIGHTS.key, this.key.keyArn)] : []),
    ];
  }
}
