import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The longest that SQS keeps a message (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html). */
const DAYS = 14;

/** Makes the queue for events that failed at every try; `mlops dead-letters` lists and replays them. */
export function deadLetterQueue(scope: Construct, key: IKey | undefined): Queue {
  const queue = new Queue(scope, 'DeadLetters', {
    enforceSSL: true,
    retentionPeriod: Duration.days(DAYS),
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
  });
  acknowledge(
    queue,
    'AwsSolutions-SQS3',
    'it holds the dead letters of functions, rules and schedules, which cdk-nag does not recognise by an on-failure destination',
  );
  return queue;
}
