/** Whether somebody gets the alarms: the topic's subscribers, and whether each has confirmed. */

import type { Environment } from '../../../constructs/config/schema.ts';
import { type CheckOutcome, fail, pass, skipped, warn } from '../../doctor/check.ts';
import { deniedOrThrow } from './denied.ts';
import { ofType, resourcesOfStack } from './find.ts';
import { loadOptional } from './optional-package.ts';
import { type ClientOptions, isNamed } from './sdk.ts';

type Asked = Pick<Environment, 'name' | 'alertTo' | 'removal'>;

/**
 * The first half, which needs no account: whether anybody is named.
 *
 * @returns undefined where the subscribers decide
 */
export function namedReaders({ name, alertTo, removal, cloud }: Environment): CheckOutcome | undefined {
  if (alertTo.length > 0 || (cloud.provider === 'aws' && cloud.alertTopicArn !== undefined)) return undefined;
  const found = 'the environment has no alertTo and no cloud.alertTopicArn, so alarms notify nobody';
  return worse({ removal }, found, `give alertTo or cloud.alertTopicArn in stacks/config/${name}.ts`);
}

/**
 * The subscribers of a topic. An e-mail subscription is pending until its reader follows the link in SNS's first message
 * (docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html).
 */
export async function checkSubscribers(
  asked: Asked,
  topicArn: string,
  client: ClientOptions,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const { SNSClient, paginateListSubscriptionsByTopic } = await loadOptional(
    () => import('@aws-sdk/client-sns'),
    '@aws-sdk/client-sns',
  );
  const confirmed: string[] = [];
  const pending: string[] = [];
  try {
    const pages = paginateListSubscriptionsByTopic(
      { client: new SNSClient(client) },
      { TopicArn: topicArn },
      { abortSignal: signal },
    );
    for await (const { Subscriptions = [] } of pages)
      for (const { SubscriptionArn = '', Endpoint = '?' } of Subscriptions)
        (SubscriptionArn.startsWith('arn:') ? confirmed : pending).push(Endpoint);
  } catch (error) {
    if (isNamed(error, 'NotFoundException'))
      return fail(`topic ${topicArn} does not exist`, 'correct cloud.alertTopicArn');
    return deniedOrThrow(error, 'sns:ListSubscriptionsByTopic', topicArn);
  }
  const fix =
    'each reader follows the link in the message from AWS Notifications; subscribe again if it is older than 3 days';
  const waiting = `${pending.join(', ')} did not confirm the subscription`;
  if (confirmed.length === 0)
    return worse(
      asked,
      pending.length > 0 ? `nobody gets the alarms: ${waiting}` : `topic ${topicArn} has no subscriber`,
      pending.length > 0 ? fix : `give alertTo in stacks/config/${asked.name}.ts, or subscribe to the topic`,
    );
  if (pending.length > 0) return warn(waiting, fix);
  return pass(
    `${confirmed.length} ${confirmed.length === 1 ? 'subscriber gets' : 'subscribers get'} the alarms`,
  );
}

/** The topic of a deployed stack; a reason where there is none yet. */
export async function deployedTopic(stack: string, client: ClientOptions): Promise<string | CheckOutcome> {
  const { CloudFormationClient } = await loadOptional(
    () => import('@aws-sdk/client-cloudformation'),
    '@aws-sdk/client-cloudformation',
  );
  try {
    const owned = await resourcesOfStack(new CloudFormationClient(client), stack);
    const [topic] = ofType(owned ?? [], 'AWS::SNS::Topic');
    return (
      topic?.physicalId ?? skipped(`${stack} is not deployed; after it, each reader confirms a subscription`)
    );
  } catch (error) {
    return deniedOrThrow(error, 'cloudformation:ListStackResources', stack);
  }
}

/** Nobody to notify is a mistake where data is kept for good, and may be meant elsewhere. */
const worse = ({ removal }: Pick<Asked, 'removal'>, evidence: string, fix: string): CheckOutcome =>
  removal === 'retain' ? fail(evidence, fix) : warn(evidence, fix);
