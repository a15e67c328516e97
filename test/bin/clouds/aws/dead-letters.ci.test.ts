import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DeadLetterClients, deadLettersOf } from '../../../../bin/clouds/aws/dead-letters.ts';
import { ofType, resourcesOfStack } from '../../../../bin/clouds/aws/find.ts';
import { type HandleOptions, handleDeadLetters } from '../../../../bin/dead-letters/handle.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { type Emulator, startEmulator } from '../../../support/emulators.ts';
import { describeWith, emulators } from '../../../support/tools.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const config = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
const STACK = 'bank-marketing-dev-model';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:release';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:training';
const identity = { account: '000000000000', region: 'us-east-1', partition: 'aws' };

/** Lambda and Step Functions on the wire: each call is recorded, and one execution has begun before. */
async function startTargets(calls: string[]) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      calls.push(operation === undefined ? `${request.headers['x-amz-invocation-type']} ${body}` : body);
      const known = operation !== undefined && calls.filter((call) => call === body).length > 1;
      const type = 'com.amazonaws.stepfunctions#ExecutionAlreadyExists';
      if (operation === undefined) response.writeHead(202).end();
      else if (known) response.writeHead(400).end(JSON.stringify({ __type: type, message: 'there' }));
      else response.writeHead(200).end(JSON.stringify({ executionArn: 'arn', startDate: 1 }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // of a TCP server
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

describeWith(emulators, 'mlops dead-letters on AWS', () => {
  let ministack: Emulator;
  let targets: Awaited<ReturnType<typeof startTargets>>;
  const calls: string[] = [];
  let clients: DeadLetterClients;
  let queue = '';
  let bus = '';
  beforeAll(async () => {
    ministack = await startEmulator('ministack');
    targets = await startTargets(calls);
    const elsewhere = { ...ministack.client, endpoint: targets.endpoint };
    clients = {
      cloudFormation: new CloudFormationClient(ministack.client),
      events: new EventBridgeClient(ministack.client),
      lambda: new LambdaClient(elsewhere),
      workflows: new SFNClient(elsewhere),
      sqs: new SQSClient(ministack.client),
    };
    const Resources = {
      Letters: { Type: 'AWS::SQS::Queue' },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'churn' } },
    };
    await clients.cloudFormation.send(
      new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify({ Resources }) }),
    );
    await waitUntilStackCreateComplete(
      { client: clients.cloudFormation, minDelay: 1, maxDelay: 1, maxWaitTime: 20 },
      { StackName: STACK },
    );
    const owned = (await resourcesOfStack(clients.cloudFormation, STACK)) ?? [];
    queue = ofType(owned, 'AWS::SQS::Queue')[0]?.physicalId ?? '';
    bus = ofType(owned, 'AWS::Events::EventBus')[0]?.physicalId ?? '';
  });
  afterAll(async () => {
    targets.stop();
    await ministack.stop();
  });

  const put = (body: unknown, attributes: Record<string, string> = {}) =>
    clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: queue,
        MessageBody: JSON.stringify(body),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }),
    );
  const run = (action: HandleOptions['action'], ids: string[] = []) =>
    handleDeadLetters({
      box: deadLettersOf(config, identity, clients),
      action,
      ids,
      onStep: () => undefined,
    });
  /** Everything that reaches the bus. */
  async function heard(): Promise<() => Promise<string[]>> {
    const { QueueUrl = '' } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'heard' }));
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await clients.events.send(
      new PutRuleCommand({ Name: 'all', EventBusName: bus, EventPattern: '{"source":["mlops.churn"]}' }),
    );
    await clients.events.send(
      new PutTargetsCommand({
        Rule: 'all',
        EventBusName: bus,
        Targets: [{ Id: 'all', Arn: Attributes?.QueueArn }],
      }),
    );
    return async () => {
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = '' }) => Body);
    };
  }

  it('lists letters of each sender again and again, replays each where it belongs, and keeps what it cannot', async () => {
    const events = await heard();
    await put({
      requestContext: { functionArn: `${FUNCTION}:$LATEST`, condition: 'RetriesExhausted' },
      requestPayload: { kind: 'tick' },
      responsePayload: { errorType: 'Error', errorMessage: 'no' },
    });
    await put({ trigger: 'schedule' }, { SCHEDULE_ARN: 'a/Nightly', TARGET_ARN: MACHINE, ERROR_CODE: 'X' });
    const event = {
      source: 'mlops.churn',
      'detail-type': 'Retraining requested',
      detail: { trigger: 'drift' },
    };
    await put(event, { RULE_ARN: `arn:aws:events:us-east-1:0:rule/${bus}/OnRequest`, TARGET_ARN: MACHINE });
    await put({ kind: 'lost' }, { RequestID: 'x', ErrorCode: '200', ErrorMessage: 'no' });
    for (let i = 0; i < 11; i += 1) await put({ kind: `more ${i}` }, { RequestID: 'x' });

    const listed = await run('list');
    expect(listed.letters).toHaveLength(15);
    expect((await run('list')).letters.map(({ id }) => id).sort()).toEqual(
      listed.letters.map(({ id }) => id).sort(),
    );
    expect(calls).toEqual([]);

    const replayed = await run('replay');
    expect(
      replayed.letters
        .filter(({ outcome }) => outcome === 'replayed')
        .map(({ from }) => from)
        .sort(),
    ).toEqual(['function release', 'rule OnRequest', 'schedule Nightly']);
    expect(calls).toHaveLength(2);
    expect(calls).toContain('Event {"kind":"tick"}');
    const start = JSON.parse(calls.find((call) => call.startsWith('{')) ?? '{}');
    expect(start).toMatchObject({ stateMachineArn: MACHINE, input: '{"trigger":"schedule"}' });
    expect(start.name).toMatch(/^replay-[0-9a-f-]{36}$/);
    expect((await events()).map((body) => JSON.parse(body))).toMatchObject([event]);

    const left = await run('list');
    expect(left.letters).toHaveLength(12);
    expect(left.letters.every(({ stuck }) => stuck !== null)).toBe(true);
    await run('discard');
    expect((await run('list')).letters).toEqual([]);
  });

  it('takes an execution that a dead process has started for started', async () => {
    await put({ trigger: 'schedule' }, { SCHEDULE_ARN: 'a/Nightly', TARGET_ARN: MACHINE, ERROR_CODE: 'X' });
    const box = deadLettersOf(config, identity, clients);
    const [letter] = await box.list(() => undefined);
    if (letter === undefined) throw new Error('no letter');
    await box.replay(letter);
    await box.release();
    expect((await run('replay')).letters.map(({ outcome }) => outcome)).toEqual(['replayed']);
  });
});
