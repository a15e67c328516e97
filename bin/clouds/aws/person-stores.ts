import type { S3Client } from '@aws-sdk/client-s3';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { typedName } from '../../../constructs/config/schema.ts';
import { systemClock } from '../../../lambdas/adapters/shared/clock.ts';
import { createLogger } from '../../../lambdas/adapters/shared/logger.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import { holdsRows } from '../../../lambdas/forget/finding.ts';
import type { FormerVersions } from '../../../lambdas/forget/forget.ts';
import type { PersonStores, Remains } from '../../forget/person-stores.ts';
import { pagesOf, type Version } from './bucket.ts';
import { type Owned, resourcesOfStack } from './find.ts';
import { loadOptional } from './optional-package.ts';
import type { ClientOptions } from './sdk.ts';
import { signIn } from './sign-in.ts';
import { stackNamesOf } from './stack-names.ts';

const PACKAGES = ['cloudformation', 's3', 'sagemaker-featurestore-runtime', 'secrets-manager', 'sts'].map(
  (name) => `@aws-sdk/client-${name}`,
);

/**
 * Opens the stores of a deployed model with the credentials of the person who runs it.
 *
 * @param given - Options of every client; by default what the SDK finds.
 * @throws RuntimeFailure `aws/credentials`, `aws/wrong-account`, `aws/not-installed`, `forget/not-deployed`
 */
export async function openPersonStores(
  config: ResolvedConfig,
  given: ClientOptions = {},
): Promise<PersonStores> {
  const load = () =>
    Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/client-secrets-manager'),
      import('../../../lambdas/adapters/aws/object-store.ts'),
      import('../../../lambdas/adapters/aws/online-store.ts'),
    ]);
  const [cloudFormation, s3, secrets, objectStore, onlineStore] = await loadOptional(load, ...PACKAGES);
  const { account, region, options, pathStyle } = await signIn(config, given);
  const [data] = stackNamesOf(config);
  const owned = (await resourcesOfStack(new cloudFormation.CloudFormationClient(options), data)) ?? [];
  const bucket = idOf(owned, 'AWS::S3::Bucket', /^ArtifactStore(?!AccessLogs)/);
  const secretId = idOf(owned, 'AWS::SecretsManager::Secret');
  if (bucket === undefined || secretId === undefined) throw notDeployed(config, data);
  const group = idOf(owned, 'AWS::SageMaker::FeatureGroup');
  const { SecretString: secret } = await new secrets.SecretsManagerClient(options).send(
    new secrets.GetSecretValueCommand({ SecretId: secretId }),
  );
  if (secret === undefined) throw notDeployed(config, data);
  const client = { ...options, forcePathStyle: pathStyle };
  return {
    account,
    region,
    ports: {
      objects: objectStore.createObjectStore({ bucket, client }),
      online: onlineStore.createOnlineStore({
        group: group ?? '',
        features: config.model.features,
        client: options,
      }),
      clock: systemClock,
      logger: createLogger({ write: () => {} }, systemClock),
    },
    secret,
    former: formerVersionsOf(new s3.S3Client(client), bucket),
    beyond: beyondOf(config),
  };
}

/** Copies of rows on AWS that the command does not reach. */
const beyondOf = ({ model }: ResolvedConfig): readonly Remains[] => [
  { what: 'records in the buffer of Firehose', why: 'they are written within a minute; run it again' },
  { what: 'parts of unfinished uploads', why: 'the bucket deletes them after a day' },
  {
    what: 'copies that other services make of the bucket',
    why: 'replication, AWS Backup and results of Athena are not of this stack',
  },
  ...(model.serving.online?.byKey === true && model.features.version > 1
    ? [
        {
          what: 'feature groups of earlier features.version',
          why: 'a group that its stack retained is not of this stack any more; delete it',
        },
      ]
    : []),
];

const idOf = (owned: readonly Owned[], type: string, logicalId = /./): string | undefined =>
  owned.find((one) => one.type === type && logicalId.test(one.logicalId))?.physicalId;

const notDeployed = ({ environment }: ResolvedConfig, stack: string): RuntimeFailure =>
  new RuntimeFailure('forget/not-deployed', `stack ${stack} has no artifact store with a secret`, {
    fix: `name the environment and account that the model is deployed in, not ${typedName(environment)}`,
  });

/** Versions of objects with rows that were replaced or deleted. The markers of deletions go by the bucket's own rule. */
export function formerVersionsOf(client: S3Client, bucket: string): FormerVersions {
  const isFormer = ({ Key = '', latest, marker }: Version) => !latest && !marker && holdsRows(Key);
  return {
    async count() {
      let count = 0;
      for await (const page of pagesOf(client, bucket)) count += page.filter(isFormer).length;
      return count;
    },
    async purge(onDeleted) {
      const { DeleteObjectsCommand } = await import('@aws-sdk/client-s3');
      let deleted = 0;
      for await (const page of pagesOf(client, bucket)) {
        const Objects = page.filter(isFormer).map(({ Key, VersionId }) => ({ Key, VersionId }));
        if (Objects.length === 0) continue;
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        const [refused] = Errors;
        if (refused !== undefined)
          throw new RuntimeFailure(
            'forget/version-kept',
            `${refused.Key}: ${refused.Code}: ${refused.Message}`,
            {
              fix: 'allow s3:DeleteObjectVersion on the bucket, then run it again',
            },
          );
        deleted += Objects.length;
        onDeleted(deleted);
      }
      return deleted;
    },
  };
}
