import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { DeadLetter, DeadLetterBox } from '../../dead-letters/dead-letter.ts';
import type { OnStep } from '../../drain/drainable.ts';
import { type Target, type Undelivered, undeliveredOf } from './dead-letter-form.ts';
import type { SignedIn } from './drainables.ts';
import { ofType, resourcesOfStack } from './find.ts';
import { isNamed } from './sdk.ts';
import { stackNamesOf } from './stack-names.ts';

export interface DeadLetterClients {
  readonly cloudFormation: CloudFormationClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly workflows: SFNClient;
  readonly sqs: SQSClient;
}

/** Longer than a person's list takes; nobody else sees a message meanwhile. */
const HIDDEN_SEC = 300;
/** More are listed by the next call, once these are gone. */
const MOST_LETTERS = 1000;

interface Received extends Undelivered {
  readonly queue: string;
  readonly receipt: string;
}

/** The dead letters in the queues of a model's stacks. */
export function deadLettersOf(
  config: ResolvedConfig,
  { account, region }: SignedIn,
  clients: DeadLetterClients,
): DeadLetterBox {
  const received = new Map<string, Received>();
  const of = ({ id }: DeadLetter): Received => received.get(id) as Received; // it was listed here
  let bus: string | undefined;
  return {
    account,
    region,
    list: async (onStep) => {
      const stacks = stackNamesOf(config).map((name) => resourcesOfStack(clients.cloudFormation, name));
      const owned = (await Promise.all(stacks)).flatMap((found) => found ?? []);
      bus = ofType(owned, 'AWS::Events::EventBus')[0]?.physicalId;
      const letters: DeadLetter[] = [];
      for (const { physicalId: queue } of ofType(owned, 'AWS::SQS::Queue'))
        for (const message of await receiveAll(clients.sqs, queue, onStep)) {
          const undelivered = undeliveredOf(message.Body ?? '', attributesOf(message));
          received.set(message.MessageId ?? '', {
            ...undelivered,
            queue,
            receipt: message.ReceiptHandle ?? '',
          });
          letters.push(letterOf(message, undelivered));
        }
      return letters.sort((a, b) => (a.at < b.at ? -1 : 1));
    },
    replay: async (letter) => {
      const { target, event } = of(letter);
      if (typeof target !== 'string') await send(clients, target, { event, id: letter.id, bus });
    },
    discard: async (letter) => {
      const { DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
      const { queue, receipt } = of(letter);
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: receipt }));
      received.delete(letter.id);
    },
    release: async () => {
      const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs');
      for (const { queue, receipt } of received.values())
        await clients.sqs
          .send(
            new ChangeMessageVisibilityCommand({
              QueueUrl: queue,
              ReceiptHandle: receipt,
              VisibilityTimeout: 0,
            }),
          )
          .catch((error: unknown) => {
            // It has become visible by itself.
            if (!isNamed(error, 'MessageNotInflight', 'ReceiptHandleIsInvalid')) throw error;
          });
      received.clear();
    },
  };
}

async function receiveAll(sqs: SQSClient, queue: string, onStep: OnStep): Promise<readonly Message[]> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const found = new Map<string, Message>();
  while (found.size < MOST_LETTERS) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SEC,
        // Asks all of the queue's servers, and not some of them.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) found.set(message.MessageId ?? '', message);
    onStep(`read ${found.size} dead letters`);
  }
  return [...found.values()];
}

const attributesOf = ({ MessageAttributes = {} }: Message) =>
  Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]));

const letterOf = (message: Message, { from, error, event, target }: Undelivered): DeadLetter => ({
  id: message.MessageId ?? '',
  at: new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
  from,
  error,
  event,
  stuck: typeof target === 'string' ? target : null,
});

/** @throws Error when the event is not taken */
async function send(
  { events, lambda, workflows }: DeadLetterClients,
  target: Target,
  { event, id, bus }: { readonly event: string; readonly id: string; readonly bus: string | undefined },
): Promise<void> {
  if (target.kind === 'function') {
    const { InvokeCommand } = await import('@aws-sdk/client-lambda');
    const Payload = Buffer.from(event);
    await lambda.send(new InvokeCommand({ FunctionName: target.arn, InvocationType: 'Event', Payload }));
  } else if (target.kind === 'workflow') {
    const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
    // By its name one letter starts one execution, however often it is sent.
    const input = { stateMachineArn: target.arn, name: `replay-${id}`, input: event };
    await workflows.send(new StartExecutionCommand(input)).catch((error: unknown) => {
      if (!isNamed(error, 'ExecutionAlreadyExists')) throw error;
    });
  } else {
    const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    const { source, detailType, name = bus } = target;
    const entry = { EventBusName: name, Source: source, DetailType: detailType, Detail: event };
    const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
    const refused = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refused !== undefined) throw new Error(`${refused.ErrorCode}: ${refused.ErrorMessage}`);
  }
}
