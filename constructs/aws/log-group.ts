import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';

/**
 * First parts of the names of log groups. A service that delivers logs adds each group to one resource policy of at most
 * 5,120 characters for the whole region, except those below `/aws/vendedlogs/`
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html).
 */
const PREFIX_OF = {
  function: '/mlops',
  workflow: '/aws/vendedlogs/states/mlops',
  api: '/aws/vendedlogs/apigateway/mlops',
} as const;

export const LOG_GROUP_PREFIXES: readonly string[] = Object.values(PREFIX_OF);

export interface ModelLogGroupProps {
  readonly config: ResolvedConfig;
  /** The service that writes it. */
  readonly writer: keyof typeof PREFIX_OF;
  /** Last part of its name. */
  readonly name: string;
  readonly encryptionKey: IKey | undefined;
}

/**
 * A log group of a model. Its name is fixed, so that the key's policy can name it, and so it goes with its stack whatever
 * the environment's `removal`: a group that stayed would make the next create of the stack fail.
 */
export function modelLogGroup(scope: Construct, id: string, props: ModelLogGroupProps): LogGroup {
  const { config, writer, name, encryptionKey } = props;
  return new LogGroup(scope, id, {
    logGroupName: `${PREFIX_OF[writer]}/${nameOf(config)}/${name}`,
    retention: config.environment.logRetentionDays as RetentionDays, // resolveConfig refuses every other
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}
