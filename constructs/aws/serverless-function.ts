import { Duration, Size } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { FUNCTIONS } from '../../lambdas/functions.ts';
import { MOST_MEMORY_MB } from '../config/limits/aws-lambda.ts';
import type * as contract from '../contract/serverless-function.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { nameOf } from '../shared/naming.ts';
import { unitAsset } from '../shared/unit-asset.ts';
import type { AwsBindings } from './bindings.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { keyFor } from './encryption-key.ts';
import { grantsOf } from './function-grants.ts';
import { deployedMemoryMb } from './function-memory.ts';
import { modelLogGroup } from './log-group.ts';
import { ownStatements } from './permissions/ports.ts';
import { grant } from './permissions/right.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';

/** Subnets and security groups of a function that reaches a private network. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

export interface ServerlessFunctionProps extends contract.ServerlessFunctionProps {
  readonly bindings: AwsBindings;
  /** @default - no private network */
  readonly network?: FunctionNetwork;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/** All that environment variables may weigh; Lambda's own limit is 4 KB (gettingstarted-limits.html). */
const MAX_ENVIRONMENT_BYTES = 1024;

/**
 * A Lambda function: Node 24 on arm64, its code one of the bundles of this package.
 *
 * @example
 * import { ArtifactStore, ServerlessFunction } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const prepare = new ServerlessFunction(stack, 'Prepare', { config, name: 'prepare', bindings: { store } });
 * prepare.resource.metricErrors();
 */
export class ServerlessFunction extends ModelConstruct implements contract.IServerlessFunction {
  readonly resource: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
  /** The model's queue where there are events, its own otherwise. */
  readonly deadLetters: IQueue;
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: ServerlessFunctionProps) {
    super(scope, id, props, ['bindings']);
    const { config, name, bindings, network } = props;
    const { needs, does } = FUNCTIONS[name];
    const { cloud } = config.environment;
    const key = keyFor(this, config, props.encryptionKey);
    const asset = unitAsset('aws', name, config);
    const { rights, environment } = grantsOf(this, name, config, bindings);
    checkEnvironment(name, environment);

    this.deadLetters = bindings.events?.deadLetters ?? deadLetterQueue(this, key);
    this.logGroup = modelLogGroup(this, 'Logs', { config, writer: 'function', name, encryptionKey: key });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${name} of ${nameOf(config)}: ${does}`,
    });
    const policy = new Policy(this, 'Policy', {
      roles: [this.role],
      statements: [
        ...ownStatements(this.logGroup, this.deadLetters, key),
        ...rights,
        ...(network ? [grant(SERVICE_RIGHTS.interfaces, '*')] : []),
      ],
    });
    this.resource = new LambdaFunction(this, 'Resource', {
      description: does,
      code: Code.fromAsset(asset.path),
      handler: `${name}.handler`, // the export of the entry <name>.mjs
      // Immutable: a function without its permissions would fail its first events.
      role: this.role.withoutPolicyUpdates(),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: deployedMemoryMb(name, cloud.provider === 'aws' ? cloud.trainingMemoryMb : MOST_MEMORY_MB),
      timeout: Duration.seconds(needs.timeoutSec),
      ephemeralStorageSize: Size.mebibytes(512),
      logGroup: this.logGroup,
      tracing: Tracing.DISABLED, // its own lines carry ids and times; tracing would need rights on everything
      // A record of the call and its error; a message of a dead-letter queue would not name the function.
      onFailure: new SqsDestination(this.deadLetters),
      retryAttempts: 2,
      environment: { MLOPS_NAMESPACE: METRIC_NAMESPACE, ...environment },
      ...(key && { environmentEncryption: key }),
      ...(network && {
        vpc: network.vpc,
        vpcSubnets: network.subnets,
        securityGroups: network.securityGroups,
      }),
    });
    this.resource.node.addDependency(policy);
    this.functionName = this.resource.functionName;
  }
}

/** Namespace of every metric of this project; the model and the environment are dimensions. */
export const METRIC_NAMESPACE = 'Mlops';

function checkEnvironment(name: string, environment: Readonly<Record<string, string>>): void {
  // A token stands for a name of at most some hundred characters; its own text is of a similar length.
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > MAX_ENVIRONMENT_BYTES)
    throw new Error(
      `environment variables of '${name}' have ${bytes} bytes, allowed ${MAX_ENVIRONMENT_BYTES}`,
    );
}
