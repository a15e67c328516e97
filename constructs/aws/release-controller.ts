import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Construct } from 'constructs';
import type * as contract from '../contract/release-controller.ts';
import { canProbe } from '../shared/can-probe.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { countOf, modelAlarm } from './alarm.ts';
import type { AwsBindings } from './bindings.ts';
import { keyFor } from './encryption-key.ts';
import { EventRule } from './event-rule.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';
import { invoke, Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';

export interface ReleaseControllerProps extends contract.ReleaseControllerProps {
  readonly bindings: AwsBindings;
  /** Alarms that roll a release back. @default - none, as for a model without an online API */
  readonly alarms?: RollbackAlarms;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/**
 * A tick that waits longer is of no use: the next one does the same. Approvals and alarms, which no other event replaces, keep
 * Lambda's own six hours (docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html).
 */
const TICK_AGE = Duration.seconds(60);
/** So many of fifteen ticks must run. */
const TICKS = { period: Duration.minutes(15), atLeast: 5 } as const;

/** The shell refuses to go on while it is not set. */
const VERSION_THAT_SERVES = `\${VERSION:?set it to the version that serves}`;

/**
 * The pointer's controller. Approvals come from the model package group's console or API, alarms from CloudWatch, and
 * every minute it looks by itself: an event that is lost, late or comes twice costs a minute and nothing else. An alarm
 * that was in ALARM before a release began sends no event; its datapoints are older than the release, and the look
 * judges by the release's own answers.
 *
 * @example
 * import { ReleaseController, RollbackAlarms, ScoringApi } from 'mlops-blueprint/aws';
 *
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * const alarms = new RollbackAlarms(stack, 'Alarms', { config, scoring });
 * new ReleaseController(stack, 'Release', { config, bindings, alarms });
 */
export class ReleaseController extends ModelConstruct implements contract.IReleaseController {
  readonly function: ServerlessFunction;
  readonly approve: ServerlessFunction;

  constructor(scope: Construct, id: string, props: ReleaseControllerProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings, alarms } = props;
    const key = keyFor(this, config, props.encryptionKey);
    const own = { config, bindings, ...(key && { encryptionKey: key }) };
    this.function = new ServerlessFunction(this, 'Release', { ...own, name: 'release' });
    this.approve = new ServerlessFunction(this, 'Approve', { ...own, name: 'approve' });
    const { deadLetters } = this.function;
    const release = { kind: 'function', function: this.function } as const;

    if (bindings.registry)
      new EventRule(this, 'OnPackageApproved', {
        description: 'a person approved a version in the model package group',
        pattern: {
          source: ['aws.sagemaker'],
          'detail-type': ['SageMaker Model Package State Change'],
          detail: { ModelPackageGroupName: [bindings.registry.groupName], ModelApprovalStatus: ['Approved'] },
        },
        target: { kind: 'function', function: this.approve },
        deadLetters,
      });
    if (bindings.events)
      new EventRule(this, 'OnApproved', {
        bus: bindings.events.resource,
        description: 'an approved version is released',
        pattern: { 'detail-type': ['version.approved'] },
        target: release,
        deadLetters,
      });
    if (bindings.events && alarms && canProbe(config))
      new EventRule(this, 'OnProbeFailed', {
        bus: bindings.events.resource,
        description: 'a version that answers the probe wrongly is taken back',
        pattern: { 'detail-type': ['probe.failed'] },
        target: release,
        deadLetters,
      });
    if (alarms && alarms.alarmNames.length > 0)
      new EventRule(this, 'OnAlarm', {
        description: 'an alarm takes a release back',
        pattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: alarms.alarmNames, state: { value: ['ALARM'] } },
        },
        target: release,
        deadLetters,
      });
    const tick = new Alias(this, 'TickAlias', {
      aliasName: 'tick',
      version: this.function.resource.currentVersion,
      maxEventAge: TICK_AGE,
      retryAttempts: 0,
      // A controller that fails at each tick is heard by these; the alarm on ticks counts failed ones too.
      onFailure: new SqsDestination(this.function.deadLetters),
    });
    new Schedule(this, 'Tick', {
      config,
      notifications: bindings.notifications,
      expression: 'rate(1 minute)',
      target: invoke(tick.functionArn),
      input: { kind: 'tick' },
      deadLetters,
      encryptionKey: key,
      description: 'the release controller looks each minute',
    });
    if (bindings.notifications)
      modelAlarm(this, 'TickAlarm', {
        metric: countOf(
          this.function.resource.metricInvocations({ period: TICKS.period, statistic: 'Sum' }),
          TICKS.period,
          'runs of the release controller',
        ),
        threshold: TICKS.atLeast,
        heartbeat: true,
        periods: [1, 1],
        says: 'the release controller does not run each minute',
        runbook: 'runbook-tick',
        notifications: bindings.notifications,
      });
    this.outputs(bindings, config.environment.approverMustDiffer);
  }

  /** Adds outputs with the commands that a person types. */
  private outputs({ registry, store }: AwsBindings, approverMustDiffer: boolean): void {
    const invoke = (name: string, payload: string) =>
      `aws lambda invoke --function-name ${name} --cli-binary-format raw-in-base64-out --payload '${payload}' /dev/stdout`;
    new CfnOutput(this, 'RollBack', {
      description:
        'back from VERSION, the one that serves, at once; nothing changes when another one serves by then',
      value: invoke(
        this.function.functionName,
        `{"kind":"rollback","version":'"${VERSION_THAT_SERVES}"',"id":"'$(date -u +%s)'","by":"'$USER'"}`,
      ),
    });
    // A payload proves nothing: where approvers must differ, only the registry is heard.
    if (!approverMustDiffer)
      new CfnOutput(this, 'ApproveVersion', {
        description: 'approves version 1 by hand',
        value: invoke(this.approve.functionName, `{"version":1,"by":"'$USER'"}`),
      });
    new CfnOutput(this, 'ReleaseStatus', {
      description: 'what serves, and what is being released',
      value: `aws s3 cp s3://${store.storeName}/release/state.json -`,
    });
    if (registry)
      new CfnOutput(this, 'ListVersions', {
        description: 'lists versions; approve one by update-model-package --model-approval-status Approved',
        value: `aws sagemaker list-model-packages --model-package-group-name ${registry.groupName}`,
      });
  }
}
