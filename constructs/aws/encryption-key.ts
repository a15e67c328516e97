import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct, IConstruct } from 'constructs';
import type { ModelProps, ResolvedConfig } from '../contract/model-props.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { nameOf } from '../shared/naming.ts';
import { authorizeServices } from './key-policy.ts';
import { removalOf } from './removal.ts';

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
export class EncryptionKey extends ModelConstruct {
  readonly resource: Key;

  constructor(scope: Construct, id: string, props: ModelProps) {
    super(scope, id, props);
    const { config } = props;
    const name = nameOf(config);
    this.resource = new Key(this, 'Resource', {
      description: `everything of ${name}`,
      enableKeyRotation: true,
      removalPolicy: removalOf(config),
      alias: `mlops/${name}`,
    });
    authorizeServices(this, this.resource, config);
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
 * the environment asks for customer encryption and there is none, one for its stack. The model's services may use it.
 *
 * @returns undefined where the cloud's own keys are used
 */
export function keyFor(scope: Construct, config: ResolvedConfig, given?: IKey): IKey | undefined {
  const key = given ?? environmentKey(scope, config);
  if (key !== undefined) authorizeServices(scope, key, config);
  return key;
}

function environmentKey(scope: Construct, config: ResolvedConfig): IKey | undefined {
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
