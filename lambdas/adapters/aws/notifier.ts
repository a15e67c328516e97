import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import type { Notifier } from '../../ports/notifier.ts';
import { failureOf } from './failure.ts';

export interface NotifierOptions {
  readonly topicArn: string;
  readonly client?: SNSClientConfig;
}

/** Fewer than 100 characters of ASCII (docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const MAX_SUBJECT = 99;

/** SNS: what subscribers get by mail. */
export function createNotifier({ topicArn, client }: NotifierOptions): Notifier {
  const sns = new SNSClient(client ?? {});
  return {
    async notify({ severity, subject, body }) {
      const Subject = `[${severity}] ${subject}`.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT);
      await sns
        .send(new PublishCommand({ TopicArn: topicArn, Subject, Message: body }))
        .catch((error: unknown) => {
          throw failureOf('notifier', error, 'telling people');
        });
    },
  };
}
