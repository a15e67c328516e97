import { KEY_OF, OWN_ENCRYPTION } from '../../../policy/data-at-rest.ts';
import {
  at,
  type Located,
  listOf,
  type Resource,
  resourcesOf,
  type Stacks,
  statementsOf,
  targetsOf,
} from '../../../support/template.ts';
import type { AtRest, Store, TemplateReader } from '../reader.ts';

const isAccessLog = ({ name }: Located) => OWN_ENCRYPTION.test(name);

const BLOCKED = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** The S3 bucket; the one of its access logs is no store. */
export function storesOf(stacks: Stacks): Store[] {
  return resourcesOf(stacks, 'AWS::S3::Bucket')
    .filter((bucket) => !isAccessLog(bucket))
    .map(({ id, properties }) => ({
      id,
      isPublic: !BLOCKED.every((one) => at(properties, 'PublicAccessBlockConfiguration', one) === true),
      takesPlainHttp: !deniesPlainHttp(stacks, id),
      isVersioned: at(properties, 'VersioningConfiguration', 'Status') === 'Enabled',
      expiries: daysByPrefix(properties, 'ExpirationInDays'),
      oldVersionDays: daysByPrefix(properties, 'NoncurrentVersionExpiration', 'NoncurrentDays'),
      clearsMarkers: rulesOf(properties).some((rule) => at(rule, 'ExpiredObjectDeleteMarker') === true),
    }));
}

const rulesOf = (properties: Located['properties']) =>
  listOf(at(properties, 'LifecycleConfiguration', 'Rules')).filter(
    (rule) => at(rule, 'Status') === 'Enabled',
  );

const daysByPrefix = (properties: Located['properties'], ...days: string[]): Record<string, number> =>
  Object.fromEntries(
    rulesOf(properties)
      .filter((rule) => at(rule, ...days) !== undefined)
      .map((rule) => [String(at(rule, 'Prefix') ?? ''), Number(at(rule, ...days))]),
  );

const deniesPlainHttp = (stacks: Stacks, bucket: string): boolean =>
  resourcesOf(stacks, 'AWS::S3::BucketPolicy')
    .filter(({ stack, properties }) => targetsOf(stacks, stack, properties.Bucket).includes(bucket))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .some(
      ({ Effect, Action, Condition }) =>
        Effect === 'Deny' &&
        Action === 's3:*' &&
        String(at(Condition, 'Bool', 'aws:SecureTransport')) === 'false',
    );

/** Encryption by the service itself, of what is otherwise not encrypted or not by the project's choice. */
const BY_THE_SERVICE: Readonly<Record<string, (properties: Located['properties']) => boolean>> = {
  'AWS::S3::Bucket': (bucket) =>
    at(bucket, 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0) !== undefined,
  'AWS::SQS::Queue': (queue) => queue.SqsManagedSseEnabled === true,
  'AWS::KinesisFirehose::DeliveryStream': (stream) =>
    at(stream, 'DeliveryStreamEncryptionConfigurationInput', 'KeyType') === 'AWS_OWNED_CMK',
};

/** Everything that can have a key of the customer. */
export function atRestIn(stacks: Stacks): AtRest[] {
  return resourcesOf(stacks, ...Object.keys(KEY_OF))
    .filter((one) => !isAccessLog(one))
    .map(({ id, type, properties }) => ({ id, key: keyOf(type, properties) }));
}

function keyOf(type: string, properties: Located['properties']): AtRest['key'] {
  if (KEY_OF[type]?.(properties) !== undefined) return 'customer';
  return BY_THE_SERVICE[type]?.(properties) === false ? 'none' : 'provider';
}

/** Resources that hold data; dead letters end by themselves in two weeks. */
const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::SageMaker::FeatureGroup',
  'AWS::SageMaker::ModelPackageGroup',
  'AWS::KMS::Key',
];

const stays = ({ DeletionPolicy }: Resource): boolean =>
  DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';

export const statefulIn = (stacks: Stacks): ReturnType<TemplateReader['stateful']> =>
  resourcesOf(stacks, ...STATEFUL).map(({ id, resource }) => ({
    id,
    stays: stays(resource),
  }));

export const logsIn = (stacks: Stacks): ReturnType<TemplateReader['logs']> =>
  resourcesOf(stacks, 'AWS::Logs::LogGroup').map(
    ({ id, resource, properties: { RetentionInDays: days } }) => ({
      id,
      stays: stays(resource),
      days: typeof days === 'number' ? days : undefined,
    }),
  );

export const peopleIn = (stacks: Stacks): ReturnType<TemplateReader['people']> =>
  resourcesOf(stacks, 'AWS::SNS::Subscription')
    .filter(({ properties }) => properties.Protocol === 'email')
    .map(({ id, properties }) => ({ id, address: String(properties.Endpoint) }));
