import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/aws/events.ts';
import { createNotifier } from '../../../lambdas/adapters/aws/notifier.ts';
import { createOnlineStore } from '../../../lambdas/adapters/aws/online-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/aws/prediction-stream.ts';
import { createRegistryMirror, describePackage } from '../../../lambdas/adapters/aws/registry-mirror.ts';
import { systemClock } from '../../../lambdas/adapters/shared/clock.ts';
import type { FeatureSpec } from '../../../lambdas/core/features/spec.ts';
import type { RowValue } from '../../../lambdas/core/table/table.ts';
import { itWith, pythonIn, run } from '../../support/tools.ts';
import { requestProblems } from '../../support/vendor-api.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What no emulator covers, and what one takes without looking: the exact requests, held to the vendor's own description. */
describe('requests to AWS', () => {
  let server: Server;
  let sent: Sent[] = [];
  let answer: unknown = {};
  let client: object;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = request;
      sent.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = { endpoint: `http://127.0.0.1:${port}`, region: 'eu-central-1', credentials, maxAttempts: 1 };
  });
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(() => {
    sent = [];
    answer = {};
  });
  const bodyOf = (index = 0): unknown => JSON.parse(sent[index]?.body ?? 'null');

  const features: FeatureSpec = {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'age', description: 'd' },
      { kind: 'boolean', name: 'housing', description: 'd' },
      { kind: 'categorical', name: 'job', description: 'd', column: 'occupation' },
      { kind: 'boolean', name: 'loan', description: 'd' },
      { kind: 'lag', name: 'age_before', description: 'd', of: 'age', events: 1 },
    ],
  };
  const online = () => createOnlineStore({ group: 'bank-marketing-dev-v1', features, client });
  const at = Date.UTC(2026, 2, 1, 9, 30, 0, 250);
  const values = new Map<string, RowValue>([
    ['age', 0.1 + 0.2],
    ['housing', true],
    ['job', 'ключ "x"'],
    ['loan', null],
  ]);
  const events = { times: [at - 1, at], values: new Map([['age', [Number.NaN, 1]]]) };

  it('reads a record and puts it by the feature store’s own terms', async () => {
    // This server answers each read with what it is told, so that no write is ever seen to be done.
    await expect(online().put([{ key: '42', at, values, events }])).rejects.toMatchObject({
      code: 'online/busy',
      retryable: true,
    });
    expect(sent[0]?.method).toBe('GET');
    expect(sent[0]?.path).toMatch(/^\/FeatureGroup\/bank-marketing-dev-v1\?RecordIdentifierValueAsString=42/);
    const input = { FeatureGroupName: 'bank-marketing-dev-v1', RecordIdentifierValueAsString: '42' };
    expect(requestProblems('sagemaker-featurestore-runtime', 'GetRecord', input)).toEqual([]);
    expect(sent[1]).toMatchObject({ method: 'PUT', path: '/FeatureGroup/bank-marketing-dev-v1' });
    const body = bodyOf(1) as { Record: object[] };
    expect(
      requestProblems('sagemaker-featurestore-runtime', 'PutRecord', {
        FeatureGroupName: 'bank-marketing-dev-v1',
        ...body,
      }),
    ).toEqual([]);
    expect(body.Record).toEqual([
      { FeatureName: 'record-key', ValueAsString: '42' },
      { FeatureName: 'event-time', ValueAsString: String(at) },
      { FeatureName: 'age', ValueAsString: '0.30000000000000004' },
      { FeatureName: 'housing', ValueAsString: '1' },
      { FeatureName: 'job', ValueAsString: 'ключ "x"' },
      {
        FeatureName: 'key-events',
        ValueAsString: `{"times":[${at - 1},${at}],"values":[["age",[null,1]]]}`,
      },
      { FeatureName: 'record-version', ValueAsString: '1970-01-01T00:00:00.001Z' },
    ]);
  });

  it('returns undefined for a key that has no record', async () => {
    expect(await online().get('nobody')).toBeUndefined();
  });

  it('shows, changes and describes a version in the model package group', async () => {
    const mirror = createRegistryMirror({ group: 'bank-marketing-dev', client });
    const version = { model: 'bank-marketing', version: 7, digest: 'a'.repeat(64), prefix: 'models/7/' };
    await mirror.show({ ...version, status: 'pending' });
    expect(requestProblems('sagemaker', 'ListModelPackages', bodyOf(0))).toEqual([]);
    expect(requestProblems('sagemaker', 'CreateModelPackage', bodyOf(1))).toEqual([]);
    const ModelPackageArn = 'arn:aws:sagemaker:eu-central-1:111111111111:model-package/bank-marketing-dev/7';
    const ModelPackageDescription = (bodyOf(1) as { ModelPackageDescription: string })
      .ModelPackageDescription;
    answer = {
      ModelPackageSummaryList: [
        { ModelPackageArn, ModelPackageDescription, ModelApprovalStatus: 'PendingManualApproval' },
      ],
    };
    await mirror.show({ ...version, status: 'approved' });
    expect(requestProblems('sagemaker', 'UpdateModelPackage', bodyOf(3))).toEqual([]);
    answer = {
      ModelPackageDescription,
      ModelApprovalStatus: 'Approved',
      LastModifiedBy: { IamIdentity: { Arn: 'arn:aws:iam::111111111111:user/ada' } },
    };
    expect(await describePackage(ModelPackageArn, client)).toEqual({
      version: 7,
      digest: 'a'.repeat(64),
      approved: true,
      by: 'arn:aws:iam::111111111111:user/ada',
      provenBy: 'arn:aws:iam::111111111111:user/ada',
    });
    expect(requestProblems('sagemaker', 'DescribeModelPackage', bodyOf(4))).toEqual([]);
  });

  it('sends predictions, events and notifications by the services’ own terms', async () => {
    answer = { FailedPutCount: 0, FailedEntryCount: 0 };
    await createPredictionStream({ stream: 's', clock: systemClock, client }).append([{ at, line: '{}' }]);
    expect(requestProblems('firehose', 'PutRecordBatch', bodyOf(0))).toEqual([]);
    const event = {
      id: 'e',
      type: 'drift.detected',
      model: 'bank-marketing',
      at,
      detail: { psi: 0.3 },
    } as const;
    await createEvents({ bus: 'bus', client }).publish(event);
    expect(requestProblems('events', 'PutEvents', bodyOf(1))).toEqual([]);
    await createNotifier({ topicArn: 'arn:aws:sns:eu-central-1:111111111111:t', client })
      .notify({ severity: 'info', subject: 's', body: 'b' })
      .catch(() => {}); // the answer is not the query protocol's
    const form = Object.fromEntries(new URLSearchParams(sent[2]?.body));
    const { Action, Version, ...input } = form;
    expect(Action).toBe('Publish');
    expect(requestProblems('sns', 'Publish', input)).toEqual([]);
  });

  it.each<[string, string, string, object, RegExp]>([
    [
      'an unknown member',
      'sagemaker',
      'UpdateModelPackage',
      { ModelPackageArn: 'arn:aws:sagemaker:eu-central-1:111111111111:model-package/g/1', Status: 'x' },
      /Status: unknown/,
    ],
    [
      'a missing one',
      'sagemaker-featurestore-runtime',
      'PutRecord',
      { FeatureGroupName: 'g' },
      /Record: missing/,
    ],
    ['a wrong word', 'sagemaker', 'CreateModelPackage', { ModelApprovalStatus: 'Aproved' }, /not one of/],
    [
      'a pattern that only begins right',
      'sagemaker',
      'CreateModelPackage',
      { ClientToken: 'a_b' },
      /does not match/,
    ],
    [
      'too much',
      'firehose',
      'PutRecordBatch',
      { DeliveryStreamName: 's', Records: Array(501).fill({ Data: '' }) },
      /501 items/,
    ],
  ])('detects a wrong request: %s', (_, service, operation, input, problem) => {
    expect(requestProblems(service, operation, input).join('\n')).toMatch(problem);
  });

  const botocore = pythonIn('aws', ['botocore']);

  itWith(botocore, 'checks requests by the description that botocore has now', () => {
    const fixtures = join(import.meta.dirname, '../../fixtures/aws-shapes');
    const now = run(botocore, [join(fixtures, 'make.py')]);
    expect(now).toBe(readFileSync(join(fixtures, 'shapes.json'), 'utf8'));
  });
});
