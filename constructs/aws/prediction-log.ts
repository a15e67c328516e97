import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy, Role } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogStream } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type * as contract from '../contract/prediction-log.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { countOf, modelAlarm } from './alarm.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { keyFor } from './encryption-key.ts';
import { modelLogGroup } from './log-group.ts';
import type { Notifications } from './notifications.ts';
import { FUNCTION_RIGHTS } from './permissions/ports.ts';
import { grant } from './permissions/right.ts';
import { confinedService, SERVICE_RIGHTS } from './permissions/services.ts';

export interface PredictionLogProps extends contract.PredictionLogProps {
  readonly store: ArtifactStore;
  /** People who are notified when records are not delivered. @default - none */
  readonly notifications?: Notifications;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/**
 * How long a record waits for others. The release looks each minute: a record that waits a minute is judged in the
 * second or third look. Less would make more and smaller objects, which every reader opens one by one.
 */
const BUFFER_SEC = 60;
const BUFFER_MB = 5;
/** Age of a record that waits for its delivery and should have been written long ago, seconds. */
const LATE_SEC = 900;
const PERIOD = Duration.minutes(5);

/**
 * Firehose, straight into `predictions/<date>/<hour>/` of the artifact store as JSON lines.
 *
 * @example
 * import { ArtifactStore, PredictionLog } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const predictions = new PredictionLog(stack, 'Predictions', { config, store });
 * const bindings = { store, predictions };
 */
export class PredictionLog extends ModelConstruct implements contract.IPredictionLog {
  readonly resource: CfnDeliveryStream;
  readonly streamName: string;

  constructor(scope: Construct, id: string, props: PredictionLogProps) {
    super(scope, id, props, ['store']);
    const { config, store, notifications } = props;
    const key = keyFor(this, config, props.encryptionKey);
    const bucket = store.resource;
    const logGroup = modelLogGroup(this, 'Errors', {
      config,
      writer: 'function',
      name: 'prediction-log',
      encryptionKey: key,
    });
    const logStream = new LogStream(this, 'ErrorStream', { logGroup, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'Role', { assumedBy: confinedService('firehose') });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        grant(
          { ...SERVICE_RIGHTS.deliver, actions: SERVICE_RIGHTS.deliver.actions.filter(isOnBucket) },
          bucket.bucketArn,
        ),
        grant(
          {
            ...SERVICE_RIGHTS.deliver,
            actions: SERVICE_RIGHTS.deliver.actions.filter((one) => !isOnBucket(one)),
          },
          ...['predictions/*', 'undelivered/predictions/*'].map((prefix) => bucket.arnForObjects(prefix)),
        ),
        grant(SERVICE_RIGHTS.deliveryLog, logGroup.logGroupArn),
        ...(key ? [grant(FUNCTION_RIGHTS.key, key.keyArn)] : []),
      ],
    });
    this.resource = new CfnDeliveryStream(this, 'Resource', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: key
        ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: key.keyArn }
        : { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: 'predictions/!{timestamp:yyyy-MM-dd}/!{timestamp:HH}/',
        errorOutputPrefix: 'undelivered/predictions/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/',
        fileExtension: '.jsonl',
        customTimeZone: 'UTC',
        compressionFormat: 'UNCOMPRESSED',
        bufferingHints: { intervalInSeconds: BUFFER_SEC, sizeInMBs: BUFFER_MB },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: logStream.logStreamName,
        },
      },
    });
    this.resource.node.addDependency(policy);
    this.streamName = this.resource.ref;
    if (notifications)
      modelAlarm(this, 'DeliveryAlarm', {
        // Firehose tries again for a day, and the oldest record gets older (firehose/latest/dev/monitoring-with-cloudwatch-metrics.html).
        metric: countOf(
          new Metric({
            namespace: 'AWS/Firehose',
            metricName: 'DeliveryToS3.DataFreshness',
            dimensionsMap: { DeliveryStreamName: this.streamName },
            statistic: 'Maximum',
            period: PERIOD,
          }),
          PERIOD,
          'age of the oldest record, seconds',
        ),
        threshold: LATE_SEC,
        periods: [1, 1],
        says: `prediction records wait longer than ${LATE_SEC / 60} minutes for their delivery`,
        runbook: 'runbook-delivery',
        notifications,
      });
  }

  get streamArn(): string {
    return this.resource.attrArn;
  }
}

const isOnBucket = (action: string): boolean =>
  action.startsWith('s3:List') || action === 's3:GetBucketLocation';
