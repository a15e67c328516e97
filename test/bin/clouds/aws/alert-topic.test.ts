import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { checkSubscribers, namedReaders } from '../../../../bin/clouds/aws/alert-topic.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';

/** SNS's answer (docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html, the example). */
const answer = (subscriptions: Readonly<Record<string, string>>): string => {
  const members = Object.entries(subscriptions).map(
    ([Endpoint, SubscriptionArn]) =>
      `<member><TopicArn>${TOPIC}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${SubscriptionArn}</SubscriptionArn><Owner>123456789012</Owner><Endpoint>${Endpoint}</Endpoint></member>`,
  );
  return `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>`;
};
const ERROR = (code: string) =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`;

async function check(removal: 'destroy' | 'retain', body: string, status = 200) {
  const server = createServer((_, response) =>
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // of a TCP server
  const client = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const asked = { name: 'prod', alertTo: ['a@example.com'], removal };
  try {
    return await checkSubscribers(asked, TOPIC, client, new AbortController().signal);
  } finally {
    server.close();
  }
}

const CONFIRMED = `${TOPIC}:80289ba6-0fd4-4079-afb4-ce8c8260f0ca`;

describe('the readers of alarms', () => {
  it('warns where nobody is named, and fails where data is retained', () => {
    const named = (given: object) => namedReaders(parseEnvironment('prod', given, 'aws'));
    expect(named({ alertTo: [] })).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('stacks/config/prod.ts'),
    });
    expect(named({ alertTo: [], removal: 'destroy' })?.status).toBe('warn');
    expect(named({ alertTo: ['a@example.com'] })).toBeUndefined();
    expect(named({ alertTo: [], cloud: { provider: 'aws', alertTopicArn: TOPIC } })).toBeUndefined();
  });

  it.each([
    ['retain', 'fail'],
    ['destroy', 'warn'],
  ] as const)('reports a topic without a confirmed subscription, %s: %s', async (removal, status) => {
    expect(await check(removal, answer({}))).toMatchObject({
      status,
      evidence: `topic ${TOPIC} has no subscriber`,
    });
    expect(await check(removal, answer({ 'a@example.com': 'PendingConfirmation' }))).toMatchObject({
      status,
      evidence: 'nobody gets the alarms: a@example.com did not confirm the subscription',
      fix: expect.stringContaining('AWS Notifications'),
    });
  });

  it('warns about one who did not confirm beside one who did', async () => {
    const both = answer({ 'a@example.com': CONFIRMED, 'b@example.com': 'PendingConfirmation' });
    expect(await check('retain', both)).toMatchObject({
      status: 'warn',
      evidence: 'b@example.com did not confirm the subscription',
    });
  });

  it('passes with a confirmed subscription', async () => {
    expect(await check('retain', answer({ 'a@example.com': CONFIRMED }))).toEqual({
      status: 'pass',
      evidence: '1 subscriber gets the alarms',
    });
  });

  it('fails for a topic that does not exist, and warns where it may not look', async () => {
    expect((await check('retain', ERROR('NotFound'), 404)).status).toBe('fail');
    expect(await check('retain', ERROR('AuthorizationError'), 403)).toMatchObject({
      status: 'warn',
      evidence: expect.stringContaining('sns:ListSubscriptionsByTopic'),
    });
  });
});
