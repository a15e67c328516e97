import { at, type Located, listOf, resourcesOf, statementsOf, targetsOf } from '../support/template.ts';
import { type Check, checkEach, together } from './check.ts';

/** Where a resource of a type names the key it is encrypted with. */
export const KEY_OF: Readonly<Record<string, (properties: Located['properties']) => unknown>> = {
  'AWS::S3::Bucket': (bucket) =>
    at(
      bucket,
      'BucketEncryption',
      'ServerSideEncryptionConfiguration',
      0,
      'ServerSideEncryptionByDefault',
      'KMSMasterKeyID',
    ),
  'AWS::SQS::Queue': (queue) => queue.KmsMasterKeyId,
  'AWS::SNS::Topic': (topic) => topic.KmsMasterKeyId,
  'AWS::Events::EventBus': (bus) => bus.KmsKeyIdentifier,
  'AWS::Logs::LogGroup': (group) => group.KmsKeyId,
  'AWS::Lambda::Function': (lambda) => lambda.KmsKeyArn,
  'AWS::SecretsManager::Secret': (secret) => secret.KmsKeyId,
  'AWS::Scheduler::Schedule': (schedule) => schedule.KmsKeyArn,
  'AWS::KinesisFirehose::DeliveryStream': (stream) =>
    at(stream, 'DeliveryStreamEncryptionConfigurationInput', 'KeyARN'),
  'AWS::SageMaker::FeatureGroup': (group) => at(group, 'OnlineStoreConfig', 'SecurityConfig', 'KmsKeyId'),
  'AWS::StepFunctions::StateMachine': (machine) => at(machine, 'EncryptionConfiguration', 'KmsKeyId'),
};

/** S3 delivers access logs to no other encryption. */
export const OWN_ENCRYPTION = /AccessLogs/;

/** Everything that can have the environment's key has it, and without one what can be encrypted otherwise is. */
export const encryptedAsAsked: Check = (stacks, { encryption }) =>
  together(
    checkEach(resourcesOf(stacks, ...Object.keys(KEY_OF)), ({ type, name, properties }) => {
      const key = KEY_OF[type]?.(properties);
      if (encryption === 'customer' && !OWN_ENCRYPTION.test(name)) return [key === undefined && 'has no key'];
      return [
        encryption === 'provider' && key !== undefined && 'has a key that the environment did not ask for',
      ];
    }),
    checkEach(resourcesOf(stacks, 'AWS::S3::Bucket'), ({ properties }) => [
      at(properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0) === undefined &&
        'not encrypted',
    ]),
    checkEach(resourcesOf(stacks, 'AWS::SQS::Queue'), ({ properties }) => [
      properties.KmsMasterKeyId === undefined && properties.SqsManagedSseEnabled !== true && 'not encrypted',
    ]),
    checkEach(resourcesOf(stacks, 'AWS::KinesisFirehose::DeliveryStream'), ({ properties }) => [
      properties.DeliveryStreamEncryptionConfigurationInput === undefined && 'not encrypted',
    ]),
    checkEach(resourcesOf(stacks, 'AWS::KMS::Key'), ({ properties }) => [
      properties.EnableKeyRotation !== true && 'never rotated',
    ]),
  );

/** The service that writes to an encrypted target in its own name. */
const PRODUCER_OF: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Alarm': ['cloudwatch.amazonaws.com'],
  'AWS::Events::Rule': ['events.amazonaws.com'],
  'AWS::Scheduler::Schedule': ['scheduler.amazonaws.com'],
  'AWS::SNS::Subscription': ['sns.amazonaws.com'],
  'AWS::Logs::LogGroup': ['logs'],
  'AWS::KinesisFirehose::DeliveryStream': ['firehose.amazonaws.com'],
};

/** Where a producer's message goes. */
const TARGETS_OF: Readonly<Record<string, (properties: Located['properties']) => unknown>> = {
  'AWS::CloudWatch::Alarm': (alarm) => [alarm.AlarmActions, alarm.OKActions, alarm.InsufficientDataActions],
  'AWS::Events::Rule': (rule) =>
    listOf(rule.Targets).map((target) => [at(target, 'Arn'), at(target, 'DeadLetterConfig')]),
  'AWS::Scheduler::Schedule': (schedule) => [
    at(schedule, 'Target', 'DeadLetterConfig'),
    at(schedule, 'Target', 'Arn'),
    schedule.KmsKeyArn,
  ],
  'AWS::SNS::Subscription': (subscription) => subscription.TopicArn,
  'AWS::Logs::LogGroup': (group) => group.KmsKeyId,
  'AWS::KinesisFirehose::DeliveryStream': (stream) =>
    at(stream, 'DeliveryStreamEncryptionConfigurationInput'),
};

/**
 * Every producer's way to an encrypted target ends at a key whose policy names the producer (aws-cdk#11121: CloudWatch's
 * message to an encrypted topic is dropped in silence otherwise). `looked` counts the ways, one kind for each producer.
 */
export const keyNamesProducers: Check = (stacks, { encryption }) => {
  if (encryption === 'provider')
    return { looked: resourcesOf(stacks, ...Object.keys(TARGETS_OF)).length, findings: [] };
  const keyed = new Map(
    resourcesOf(stacks, ...Object.keys(KEY_OF), 'AWS::KMS::Key').map((one) => [one.id, one]),
  );
  const ways = resourcesOf(stacks, ...Object.keys(TARGETS_OF)).flatMap((producer) =>
    targetsOf(stacks, producer.stack, TARGETS_OF[producer.type]?.(producer.properties)).flatMap((target) => {
      const found = keyed.get(target);
      if (found === undefined) return [];
      const keys =
        found.type === 'AWS::KMS::Key'
          ? [target]
          : targetsOf(stacks, found.stack, KEY_OF[found.type]?.(found.properties));
      return keys.map((key) => ({ id: producer.id, type: producer.type, target, key }));
    }),
  );
  return checkEach(ways, ({ type, target, key }) => {
    const policy = keyed.get(key)?.properties.KeyPolicy;
    const named = statementsOf(policy)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Principal }) => listOf(at(Principal, 'Service')).map((service) => JSON.stringify(service)));
    return (PRODUCER_OF[type] ?? []).map(
      (service) =>
        !named.some((name) => name.includes(service)) &&
        `${service} writes to ${target}, and ${key} does not name it`,
    );
  });
};
