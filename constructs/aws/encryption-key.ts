import { Aws, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct, type IConstruct } from 'constructs';
import type { ModelProps, ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';
import { removalOf } from './removal.ts';

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

/**
 * One customer key for everything of a model in an environment: rotated each year, with a policy that names each
 * service that must use it, and nobody else outside IAM.
 *
 * @example
 * import { ArtifactStore, EncryptionKey } from 'mlops-blueprint/aws';
 *
 * const { resource: encryptionKey } = new EncryptionKey(stack, 'Key', { config });
 * new ArtifactStore(stack, 'Store', { config, encryptionKey });
 */
export class EncryptionKey extends Construct {
  readonly resource: Key;

  constructor(scope: Construct, id: string, { config }: ModelProps) {
    super(scope, id);
    const name = nameOf(config);
    this.resource = new Key(this, 'Resource', {
      description: `everything of ${name}`,
      enableKeyRotation: true,
      removalPolicy: removalOf(config),
    });
    const sourceAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    this.resource.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Producers',
        principals: PRODUCERS.map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
        actions: PRODUCER_ACTIONS,
        resources: ['*'], // of a key's own policy: this key
        conditions: sourceAccount,
      }),
    );
    // Control Tower's CT.KMS.PR.3: nobody but a service, for a resource of its own, passes the key on.
    this.resource.addToResourcePolicy(
      new PolicyStatement({
        sid: 'GrantsByServicesOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: {
          BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
    // A workflow under this key has its log entries encrypted with it until they are delivered; as in the CDK's own
    // StateMachine (docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
    this.resource.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WorkflowLogs',
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['kms:Decrypt'],
        resources: ['*'],
      }),
    );
    this.resource.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal('logs.amazonaws.com')],
        actions: LOG_ACTIONS,
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': ['/mlops', '/aws/vendedlogs/states/mlops'].map(
              (prefix) =>
                `arn:${Aws.PARTITION}:logs:${Stack.of(this).region}:${Stack.of(this).account}:log-group:${prefix}/${name}/*`,
            ),
          },
        },
      }),
    );
  }
}

const provided = new WeakMap<IConstruct, IKey>();

/**
 * Makes a key the one of every construct below `scope` that is given none.
 *
 * @example
 * import { ArtifactStore, EncryptionKey, provideKey } from 'mlops-blueprint/aws';
 *
 * provideKey(stack, new EncryptionKey(stack, 'Key', { config }).resource);
 * new ArtifactStore(stack, 'Store', { config }); // under that key
 */
export function provideKey(scope: IConstruct, key: IKey): void {
  provided.set(scope, key);
}

/**
 * The key of a construct: the one it is given, the environment's own by ARN, the one provided above it, or, where
 * the environment asks for customer encryption and there is none, one for its stack.
 *
 * @returns undefined where the cloud's own keys are used
 */
export function keyFor(scope: Construct, config: ResolvedConfig, given?: IKey): IKey | undefined {
  if (given !== undefined) return given;
  const { cloud, encryption } = config.environment;
  if (encryption === 'provider') return undefined;
  const above = [...scope.node.scopes].reverse().find((one) => provided.has(one));
  const known = above && provided.get(above);
  if (known !== undefined) return known;
  const stack = Stack.of(scope);
  const key =
    cloud.provider === 'aws' && cloud.keyArn !== undefined
      ? Key.fromKeyArn(stack, 'EncryptionKey', cloud.keyArn)
      : new EncryptionKey(stack, 'EncryptionKey', { config }).resource;
  provideKey(stack, key);
  return key;
}
