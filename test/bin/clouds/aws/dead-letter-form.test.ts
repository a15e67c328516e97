import { describe, expect, it } from 'vitest';
import { undeliveredOf } from '../../../../bin/clouds/aws/dead-letter-form.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111111111111:function:churn-dev-Release';
const MACHINE = 'arn:aws:states:eu-west-1:111111111111:stateMachine:Training';
const RULE = 'arn:aws:events:eu-west-1:111111111111:rule';
const errors = { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'role lacks a right' };
const json = JSON.stringify;

/** The record of docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html. */
const record = (payload: unknown, answer: unknown = {}) =>
  json({
    version: '1.0',
    timestamp: '2019-11-14T18:16:05.568Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: `${ARN}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: payload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: answer,
  });

/** An event as EventBridge delivers it. */
const event = (source: string) => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Retraining requested',
  source,
  account: '111111111111',
  time: '2026-03-01T02:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { trigger: 'drift' },
});

describe('undeliveredOf', () => {
  it("reads a function's invocation, with its error", () => {
    expect(undeliveredOf(record({ kind: 'tick' }, { errorType: 'Error', errorMessage: 'no' }), {})).toEqual({
      from: 'function churn-dev-Release',
      error: 'Error: no',
      event: '{"kind":"tick"}',
      target: { kind: 'function', arn: ARN },
    });
    expect(undeliveredOf(record([1]), {}).error).toBe('RetriesExhausted');
  });

  it('reads an event that a rule could not give to a function', () => {
    const body = json(event('aws.cloudwatch'));
    const attributes = { ...errors, RULE_ARN: `${RULE}/OnAlarm`, TARGET_ARN: ARN };
    expect(undeliveredOf(body, attributes)).toEqual({
      from: 'rule OnAlarm',
      error: 'NO_PERMISSIONS: role lacks a right',
      event: body,
      target: { kind: 'function', arn: ARN },
    });
  });

  it('sends an event that should have started a workflow to its bus again', () => {
    const attributes = { ...errors, RULE_ARN: `${RULE}/churn-bus/OnRequest`, TARGET_ARN: MACHINE };
    expect(undeliveredOf(json(event('mlops.churn')), attributes)).toMatchObject({
      from: 'rule OnRequest',
      event: '{"trigger":"drift"}',
      target: {
        kind: 'bus',
        name: 'churn-bus',
        source: 'mlops.churn',
        detailType: 'Retraining requested',
      },
    });
  });

  it('reads an event that the key of a bus refused', () => {
    expect(undeliveredOf(json(event('mlops.churn')), errors)).toMatchObject({
      from: 'bus',
      target: { kind: 'bus', name: undefined, source: 'mlops.churn' },
    });
  });

  it('keeps an event of AWS, which nobody else may publish', () => {
    const attributes = { ...errors, RULE_ARN: `${RULE}/OnApproval`, TARGET_ARN: MACHINE };
    expect(undeliveredOf(json(event('aws.sagemaker')), attributes).target).toBe(
      'only AWS publishes events of aws.sagemaker',
    );
  });

  it.each([
    ['the input alone', json({ kind: 'tick', at: 't' })],
    ['the input in a field', json({ StateMachineArn: MACHINE, Input: json({ kind: 'tick', at: 't' }) })],
  ])("reads a schedule's start of a workflow: %s", (_, body) => {
    const attributes = {
      ...errors,
      SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:111111111111:schedule/default/Nightly',
      TARGET_ARN: MACHINE,
    };
    expect(undeliveredOf(body, attributes)).toEqual({
      from: 'schedule Nightly',
      error: 'NO_PERMISSIONS: role lacks a right',
      event: '{"kind":"tick","at":"t"}',
      target: { kind: 'workflow', arn: MACHINE },
    });
  });

  it.each([
    [
      'of a dead-letter queue of Lambda',
      '{"kind":"tick"}',
      { RequestID: 'x', ErrorCode: '200', ErrorMessage: 'no' },
    ],
    ['of no JSON', 'hello', {}],
    ['of JSON that is no object', '[1]', {}],
    ['empty', '', {}],
  ])('keeps a message with the reason when it is %s', (_, body, attributes) => {
    const { target, event: kept } = undeliveredOf(body, attributes);
    expect(target).toBe('the message names no function, rule or schedule');
    expect(kept).toBe(body);
  });

  it('accepts every message, whatever it holds', () => {
    const bodies = [
      'null',
      '{"requestContext":null}',
      '{"requestContext":{"functionArn":1}}',
      '{"detail-type":1}',
    ];
    for (const body of bodies)
      for (const TARGET_ARN of [undefined, '', 'arn:aws:sqs:eu-west-1:1:q'])
        for (const RULE_ARN of [undefined, 'x'])
          for (const SCHEDULE_ARN of [undefined, 'x'])
            expect(typeof undeliveredOf(body, { TARGET_ARN, RULE_ARN, SCHEDULE_ARN }).target).toBe('string');
  });
});
