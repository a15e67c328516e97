import { Annotations, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';
import { LOG_GROUP_PREFIXES } from './log-group.ts';

/**
 * The services that read or write encrypted resources in their own name, each confined to this account. A key that
 * the CDK makes names the account's root only, and then CloudWatch's message to an encrypted topic is dropped in
 * silence (github.com/aws/aws-cdk/issues/11121).
 */
const PRODUCERS = ['cloudwatch', 'events', 'scheduler', 'budgets', 'firehose', 'sns', 'sqs'] as const;

/** Their actions on the key: encrypt a message, and decrypt an encrypted one. */
const PRODUCER_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** CloudWatch Logs' own list (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). */
const LOG_ACTIONS = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:DescribeKey',
];

/** Names of the models that each key's policy has statements for. */
const authorized = new WeakMap<IKey, Set<string>>();

/**
 * Lets the services of a model use a key: its log groups, and whatever writes to its encrypted topic, queue, bus and stream. Each
 * construct that gets a key calls it, so a plain `new Key(…)` is enough, also for several models. The policy of an
 * imported key cannot be changed here; then a warning has the statements that its owner adds.
 *
 * @example
 * import { Key } from 'aws-cdk-lib/aws-kms';
 * import { authorizeServices } from 'mlops-blueprint/aws';
 *
 * authorizeServices(stack, new Key(stack, 'Key'), config);
 */
export function authorizeServices(scope: Construct, key: IKey, config: ResolvedConfig): void {
  const known = authorized.get(key) ?? new Set<string>();
  authorized.set(key, known);
  const name = nameOf(config);
  if (known.has(name)) return;
  const statements = [...(known.size === 0 ? sharedStatements(key) : []), logStatement(key, name)];
  known.add(name);
  const refused = statements.filter((one) => !key.addToResourcePolicy(one, true).statementAdded);
  if (refused.length > 0)
    Annotations.of(Stack.of(scope)).addWarningV2(
      'mlops-blueprint:key-policy',
      `the policy of the given key is not part of this app: its owner must add for ${name}: ${JSON.stringify(
        Stack.of(scope).resolve(refused.map((one) => one.toStatementJson())),
      )}`,
    );
}

/** Statements that all models under a key share. */
function sharedStatements(key: IKey): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Producers',
      principals: PRODUCERS.map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
      actions: PRODUCER_ACTIONS,
      resources: ['*'], // of a key's own policy: this key
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(key).account } },
    }),
    // A workflow under this key has its log entries encrypted with it until they are delivered; as in the CDK's own
    // StateMachine (docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
    new PolicyStatement({
      sid: 'WorkflowLogs',
      principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['kms:Decrypt'],
      resources: ['*'],
    }),
  ];
}

/** The log groups of one model, by their names. It has no Sid: a Sid has no dashes, and two models may differ by one. */
function logStatement(key: IKey, name: string): PolicyStatement {
  const { partition, region, account } = Stack.of(key);
  return new PolicyStatement({
    principals: [new ServicePrincipal('logs.amazonaws.com')],
    actions: LOG_ACTIONS,
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': LOG_GROUP_PREFIXES.map(
          (prefix) => `arn:${partition}:logs:${region}:${account}:log-group:${prefix}/${name}/*`,
        ),
      },
    },
  });
}
