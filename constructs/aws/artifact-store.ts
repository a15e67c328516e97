import { Aws, Duration } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CONDITIONAL_PREFIXES } from '../../lambdas/stores/conditional-prefixes.ts';
import { expiringPrefixes } from '../config/retention.ts';
import type * as contract from '../contract/artifact-store.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { keyFor } from './encryption-key.ts';
import { patternOf } from './permissions/objects.ts';
import { removalOf } from './removal.ts';

export interface ArtifactStoreProps extends contract.ArtifactStoreProps {
  /** @default - the environment's key, or SSE-S3 */
  readonly encryptionKey?: IKey;
}

const ACCESS_LOG_DAYS = 90;
/** A replaced report or pointer can be looked at for so long. */
const OLD_VERSION_DAYS = 90;
/** Rows that expired or were replaced can be restored for so long. */
const OLD_ROW_DAYS = 7;

/**
 * S3: private, versioned, TLS only, access-logged; conditional writes are enforced by the bucket's policy.
 *
 * @example
 * import { CfnOutput } from 'aws-cdk-lib';
 * import { ArtifactStore } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * new CfnOutput(stack, 'StoreName', { value: store.storeName });
 */
export class ArtifactStore extends ModelConstruct implements contract.IArtifactStore {
  readonly resource: Bucket;
  readonly storeName: string;
  /** Undefined with the cloud's own key. */
  readonly encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, props: ArtifactStoreProps) {
    super(scope, id, props);
    const { config } = props;
    this.encryptionKey = keyFor(this, config, props.encryptionKey);
    const removal = {
      removalPolicy: removalOf(config),
      autoDeleteObjects: false, // `mlops drain` empties it: CDK's own way is a function of its own with wide rights
    };
    const common = {
      ...removal,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
    };
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...common,
      // S3 delivers access logs with this encryption only (docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(ACCESS_LOG_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        UNFINISHED,
      ],
    });
    this.resource = new Bucket(this, 'Resource', {
      ...common,
      ...(this.encryptionKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : {
            encryption: BucketEncryption.KMS,
            encryptionKey: this.encryptionKey,
            bucketKeyEnabled: true,
          }),
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        UNFINISHED,
        {
          id: 'old-versions',
          noncurrentVersionExpiration: Duration.days(OLD_VERSION_DAYS),
          // The marker of an object whose versions are gone: a rule with days cannot have this.
          expiredObjectDeleteMarker: true,
        },
        ...expiries(config),
      ],
    });
    this.logAccessTo(accessLogs);
    this.resource.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WritesSayWhatTheyReplace',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: CONDITIONAL_PREFIXES.map((prefix) => this.resource.arnForObjects(patternOf(prefix))),
        // docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html: parts of a multipart upload
        // carry no condition, its completion does.
        conditions: {
          Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' },
          Bool: { 's3:ObjectCreationOperation': 'true' },
        },
      }),
    );
    this.storeName = this.resource.bucketName;
  }

  /**
   * By the log bucket's policy and not by an ACL, whatever feature flags the app has
   * (docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
   */
  private logAccessTo(accessLogs: Bucket): void {
    const bucket = this.resource.node.defaultChild as CfnBucket; // an L2 bucket's own resource
    bucket.loggingConfiguration = {
      destinationBucketName: accessLogs.bucketName,
      logFilePrefix: ACCESS_LOG_PREFIX,
    };
    accessLogs.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccessLogs',
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [accessLogs.arnForObjects(`${ACCESS_LOG_PREFIX}*`)],
        conditions: {
          ArnLike: { 'aws:SourceArn': this.resource.bucketArn },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
  }
}

/**
 * One rule for each prefix that the environment's retention ends. If two rules fit an object, the shorter one counts
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html).
 */
function expiries({ retention, model }: ResolvedConfig): LifecycleRule[] {
  return expiringPrefixes(retention, model).map(({ id, prefix, days, rows }) => ({
    id,
    prefix,
    ...(days !== undefined && { expiration: Duration.days(days) }),
    noncurrentVersionExpiration: Duration.days(rows ? OLD_ROW_DAYS : OLD_VERSION_DAYS),
  }));
}

const ACCESS_LOG_PREFIX = 'artifacts/';

/** Parts of an unfinished upload are billed but invisible, so they are deleted after a day. */
const UNFINISHED: LifecycleRule = {
  id: 'unfinished-uploads',
  abortIncompleteMultipartUploadAfter: Duration.days(1),
};
