import {
  StorageBucket,
  type StorageBucketLifecycleRule,
} from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageManagedFolder } from '@cdktf/provider-google/lib/storage-managed-folder/index.js';
import type { Construct } from 'constructs';
import { FUNCTIONS, type FunctionUses } from '../../lambdas/functions.ts';
import { expiringPrefixes } from '../config/retention.ts';
import type * as contract from '../contract/artifact-store.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpBucketName, gcpLabels } from '../shared/naming.ts';
import { folderOf } from './permissions/objects.ts';
import { cloudOf, isRemoved, keyOf } from './place.ts';

/** A replaced report or pointer can be looked at for so long. */
const OLD_VERSION_DAYS = 90;
/** Rows that expired or were replaced can be restored for so long. */
const OLD_ROW_DAYS = 7;
/** A deleted bucket's objects can be restored for so long; each day of it is billed. */
const SOFT_DELETE_SEC = 7 * 86_400;

/** Folders of every prefix that some function uses; each has a policy of its own. */
const FOLDERS: readonly string[] = [
  ...new Set(
    Object.values(FUNCTIONS).flatMap(({ uses }) =>
      Object.values((uses as FunctionUses).objects ?? {}).flatMap((prefixes) => prefixes.map(folderOf)),
    ),
  ),
].sort();

/**
 * Cloud Storage: private, versioned, with a managed folder for each prefix. Access is given by folder
 * (cloud.google.com/storage/docs/managed-folders). Google Cloud cannot demand that a write has a condition; where a function
 * creates only, its role cannot replace an object.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * new TerraformOutput(stack, 'StoreName', { value: store.storeName });
 */
export class ArtifactStore extends ModelConstruct implements contract.IArtifactStore {
  readonly resource: StorageBucket;
  /** A text and no reference: another stack may use it. */
  readonly storeName: string;

  constructor(scope: Construct, id: string, props: contract.ArtifactStoreProps) {
    super(scope, id, props);
    const { config } = props;
    const { project, region } = cloudOf(config);
    const key = keyOf(config);
    this.storeName = gcpBucketName(config, project);
    this.resource = new StorageBucket(this, 'Resource', {
      name: this.storeName,
      labels: gcpLabels(config),
      location: region.toUpperCase(), // as the API writes it: another spelling is a difference for ever
      forceDestroy: isRemoved(config),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: isRemoved(config) ? 0 : SOFT_DELETE_SEC },
      lifecycleRule: [UNFINISHED, OLD_VERSIONS, ...expiries(config)],
      ...(key !== undefined && {
        encryption: { defaultKmsKeyName: key },
      }),
    });
    for (const name of FOLDERS)
      new StorageManagedFolder(this, `Folder-${name.slice(0, -1).replaceAll('/', '-')}`, {
        bucket: this.resource.name,
        name,
        forceDestroy: isRemoved(config),
      });
  }
}

/** Parts of an unfinished upload are billed but invisible, so they are deleted after a day. */
const UNFINISHED: StorageBucketLifecycleRule = {
  action: { type: 'AbortIncompleteMultipartUpload' },
  condition: { age: 1 },
};

const OLD_VERSIONS: StorageBucketLifecycleRule = {
  action: { type: 'Delete' },
  condition: { daysSinceNoncurrentTime: OLD_VERSION_DAYS, withState: 'ARCHIVED' },
};

/** One rule for the current objects of each prefix that expires, and one for its old versions that hold rows. */
function expiries({ retention, model }: ResolvedConfig): StorageBucketLifecycleRule[] {
  return expiringPrefixes(retention, model).flatMap(({ prefix, days, rows }) => [
    ...(days === undefined
      ? []
      : [
          {
            action: { type: 'Delete' },
            condition: { age: days, matchesPrefix: [prefix], withState: 'LIVE' },
          },
        ]),
    ...(rows
      ? [
          {
            action: { type: 'Delete' },
            condition: {
              daysSinceNoncurrentTime: OLD_ROW_DAYS,
              matchesPrefix: [prefix],
              withState: 'ARCHIVED',
            },
          },
        ]
      : []),
  ]);
}
