/**
 * Metrics of a run, as AWS's services would record them: Lambda's by each call, the API's by each answer, ours by the lines that the
 * functions log, the queue's by its attributes. One step of the run is a minute of the alarms.
 */

import { InvokeCommand, LambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AlarmState, alarmOf, changesOf } from '../support/alarm-evaluator.ts';
import type { Emulator } from '../support/emulators.ts';
import { createMetricStore } from '../support/metric-store.ts';
import { at, listOf, resourcesOf, type Stacks } from '../support/template.ts';
import type { Deployed } from './deploy.ts';

const MINUTES = 2_000;

export interface Recorder {
  /** Calls a function of the model stack; undefined when Lambda refused it. */
  call(
    name: RegExp,
    payload: unknown,
  ): Promise<{ readonly answer: unknown; readonly failed: boolean } | undefined>;
  /** Calls the scoring function as the API does; the status that the caller gets. */
  request(event: unknown): Promise<number>;
  /** Ends a minute. */
  step(): Promise<void>;
  /** Alarms of the template that fire after minute `from`. */
  fired(from: number): string[];
  readonly minute: number;
}

export function createRecorder(emulator: Emulator, stacks: Stacks, deployed: Deployed): Recorder {
  const store = createMetricStore(MINUTES);
  const lambda = new LambdaClient({ ...emulator.client, maxAttempts: 1 });
  const sqs = new SQSClient(emulator.client);
  let minute = 0;
  const logical = (type: string, name: RegExp): string => {
    const found = resourcesOf(stacks, type).find((one) => name.test(one.name));
    if (found === undefined) throw new Error(`no ${type} ${name}`);
    return found.name;
  };
  const queue = deployed.id('AWS::SQS::Queue', /^EventsDeadLetters/);
  const queueName = logical('AWS::SQS::Queue', /^EventsDeadLetters/);
  const api = { ApiId: logical('AWS::ApiGatewayV2::Api', /^ScoringApi/) };
  const put = (namespace: string, name: string, dimensions: Record<string, string>, value: number) =>
    store.put({ namespace, name, dimensions }, minute, value);

  async function queueAttributes() {
    const asked = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] });
    return (await sqs.send(asked)).Attributes ?? {};
  }

  /** CloudWatch's embedded metric format, of the lines that a call logged. */
  function embedded(log: string): void {
    for (const line of log.split('\n')) {
      const start = line.indexOf('{"_aws"');
      if (start < 0) continue;
      const values: unknown = JSON.parse(line.slice(start));
      for (const { Namespace, Dimensions, Metrics } of listOf(
        at(values, '_aws', 'CloudWatchMetrics'),
      ) as Embedded[])
        for (const { Name } of Metrics)
          for (const value of [at(values, Name)].flat())
            put(
              Namespace,
              Name,
              Object.fromEntries((Dimensions[0] ?? []).map((one) => [one, String(at(values, one))])),
              Number(value),
            );
    }
  }

  return {
    get minute() {
      return minute;
    },
    async call(name, payload) {
      const dimensions = { FunctionName: logical('AWS::Lambda::Function', name) };
      try {
        const {
          Payload,
          FunctionError,
          LogResult = '',
        } = await lambda.send(
          new InvokeCommand({
            FunctionName: deployed.id('AWS::Lambda::Function', name),
            Payload: Buffer.from(JSON.stringify(payload)),
            LogType: 'Tail',
          }),
        );
        put('AWS/Lambda', 'Invocations', dimensions, 1);
        put('AWS/Lambda', 'Errors', dimensions, FunctionError === undefined ? 0 : 1);
        put('AWS/Lambda', 'Throttles', dimensions, 0);
        embedded(Buffer.from(LogResult, 'base64').toString());
        const text = Buffer.from(Payload ?? []).toString();
        return { answer: text === '' ? null : JSON.parse(text), failed: FunctionError !== undefined };
      } catch (error) {
        if (!(error instanceof TooManyRequestsException)) throw error;
        put('AWS/Lambda', 'Throttles', dimensions, 1);
        return undefined;
      }
    },
    async request(event) {
      const called = await this.call(/^ScoringApiFunction(?!Dead)/, event);
      const status =
        called === undefined ? 503 : called.failed ? 500 : Number(at(called.answer, 'statusCode'));
      put('AWS/ApiGateway', 'Count', api, 1);
      put('AWS/ApiGateway', '5xx', api, status >= 500 ? 1 : 0);
      return status;
    },
    async step() {
      const {
        ApproximateNumberOfMessages: waiting = '0',
        ApproximateNumberOfMessagesNotVisible: hidden = '0',
      } = await queueAttributes();
      const dimensions = { QueueName: queueName };
      put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', dimensions, Number(waiting));
      put('AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', dimensions, Number(hidden));
      minute += 1;
    },
    fired(from) {
      return resourcesOf(stacks, 'AWS::CloudWatch::Alarm')
        .filter(({ properties }) =>
          changesOf(alarmOf(properties, nameOfReference), store, from, minute).some(
            ({ state }) => state === FIRES,
          ),
        )
        .map(({ name }) => name.replace(/[0-9A-F]{8}$/, ''))
        .sort();
    },
  };
}

const FIRES: AlarmState = 'ALARM';

interface Embedded {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/** A dimension by the logical id that the template refers to. */
function nameOfReference(reference: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = reference as Record<string, unknown>;
  return String(Ref ?? at(attribute, 0));
}
