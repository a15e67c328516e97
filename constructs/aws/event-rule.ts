import { Aws } from 'aws-cdk-lib';
import { CfnRule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Policy, Role } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { confinedService, SERVICE_RIGHTS, serviceStatement } from './permissions/services.ts';
import type { ServerlessFunction } from './serverless-function.ts';
import type { Workflow } from './workflow.ts';

/** Target of a rule. */
export type EventTarget =
  | { readonly kind: 'function'; readonly function: ServerlessFunction }
  | {
      readonly kind: 'workflow';
      readonly workflow: Workflow;
      /** Parts of the event by JSON path, and the input that is made of them. */
      readonly input: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
    };

export interface EventRuleProps {
  /** @default - the account's default bus, on which services publish */
  readonly bus?: IEventBus;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly target: EventTarget;
  readonly deadLetters: IQueue;
  readonly description: string;
}

/** Events are retried for an hour. After that the controller's next run sees the same state anyway. */
const RETRY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 8 };

/** An EventBridge rule with one target, which nothing else may call by this rule. */
export class EventRule extends Construct {
  readonly resource: CfnRule;

  constructor(scope: Construct, id: string, props: EventRuleProps) {
    super(scope, id);
    const { bus, pattern, target, deadLetters, description } = props;
    const starter = target.kind === 'workflow' ? this.starter(target.workflow) : undefined;
    const common = { id: 'Target', retryPolicy: RETRY, deadLetterConfig: { arn: deadLetters.queueArn } };
    this.resource = new CfnRule(this, 'Resource', {
      description,
      // Other accounts may forward their events to the default bus; there are models and alarms of the same names.
      eventPattern: bus ? pattern : { ...pattern, account: [Aws.ACCOUNT_ID] },
      state: 'ENABLED',
      ...(bus && { eventBusName: bus.eventBusName }),
      targets: [
        target.kind === 'function'
          ? { ...common, arn: target.function.resource.functionArn }
          : {
              ...common,
              arn: target.workflow.arn,
              roleArn: starter?.role.roleArn,
              inputTransformer: { inputPathsMap: target.input.paths, inputTemplate: target.input.template },
            },
      ],
    });
    if (starter) this.resource.node.addDependency(starter.policy);
    if (target.kind === 'function')
      new CfnPermission(this, 'Permission', {
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        functionName: target.function.resource.functionArn,
        sourceArn: this.resource.attrArn,
      });
    letDeadLettersIn(deadLetters);
  }

  private starter(workflow: Workflow): { readonly role: Role; readonly policy: Policy } {
    const role = new Role(this, 'Role', { assumedBy: confinedService('events') });
    return {
      role,
      policy: new Policy(this, 'Policy', { roles: [role], statements: workflow.startStatements }),
    };
  }
}

const letIn = new WeakSet<IQueue>();

/** EventBridge puts what it could not deliver into the queue in its own name; said once for a queue. */
function letDeadLettersIn(queue: IQueue): void {
  if (letIn.has(queue)) return;
  letIn.add(queue);
  queue.addToResourcePolicy(
    serviceStatement('UndeliveredEvents', 'events', SERVICE_RIGHTS.deadLetters.actions, queue.queueArn),
  );
}
