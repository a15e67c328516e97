import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/aws/events.ts';
import { createNotifier } from '../../../lambdas/adapters/aws/notifier.ts';
import { createObjectStore } from '../../../lambdas/adapters/aws/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/aws/prediction-stream.ts';
import { createRegistryMirror, describePackage } from '../../../lambdas/adapters/aws/registry-mirror.ts';
import { systemClock } from '../../../lambdas/adapters/shared/clock.ts';
import type { ModelEvent } from '../../../lambdas/ports/events.ts';
import type { VersionStatus } from '../../../lambdas/ports/registry-mirror.ts';
import { type Prediction, readPredictions } from '../../../lambdas/stores/predictions.ts';
import { eventsContract } from '../../contracts/events.ts';
import { predictionStreamContract } from '../../contracts/prediction-stream.ts';
import { registryMirrorContract } from '../../contracts/registry-mirror.ts';
import { type Emulator, startEmulator } from '../../support/emulators.ts';
import { describeWith, emulators } from '../../support/tools.ts';

describeWith(emulators, 'AWS services on ministack', () => {
  let emulator: Emulator;
  let made = 0;
  const name = (what: string) => `${what}-${++made}`;
  beforeAll(async () => {
    emulator = await startEmulator('ministack');
  });
  afterAll(() => emulator.stop());

  /** A queue, and the bodies of what came into it until nothing more does. */
  async function queue(): Promise<{ readonly arn: string; readonly bodies: () => Promise<string[]> }> {
    const sqs = new SQSClient(emulator.client);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name('queue') }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return {
      arn: Attributes?.QueueArn ?? '',
      async bodies() {
        const bodies: string[] = [];
        for (;;) {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
          );
          if (Messages.length === 0) return bodies;
          for (const { Body = '', ReceiptHandle } of Messages) {
            bodies.push(Body);
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
          }
        }
      },
    };
  }

  eventsContract('EventBridge', async () => {
    const bridge = new EventBridgeClient(emulator.client);
    const bus = name('bus');
    await bridge.send(new CreateEventBusCommand({ Name: bus }));
    const { arn, bodies } = await queue();
    const rule = { Rule: 'all', EventBusName: bus };
    const pattern = JSON.stringify({ source: ['mlops.bank-marketing'], 'detail-type': ['drift.detected'] });
    await bridge.send(new PutRuleCommand({ Name: rule.Rule, EventBusName: bus, EventPattern: pattern }));
    await bridge.send(new PutTargetsCommand({ ...rule, Targets: [{ Id: 'queue', Arn: arn }] }));
    return {
      events: createEvents({ bus, client: emulator.client }),
      delivered: async () =>
        (await bodies()).map((body) => (JSON.parse(body) as { readonly detail: ModelEvent }).detail),
    };
  });

  predictionStreamContract('Firehose', async () => {
    const bucket = name('bucket');
    const options = { ...emulator.client, forcePathStyle: true };
    await new S3Client(options).send(new CreateBucketCommand({ Bucket: bucket }));
    const stream = name('stream');
    await new FirehoseClient(emulator.client).send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: stream,
        ExtendedS3DestinationConfiguration: {
          BucketARN: `arn:aws:s3:::${bucket}`,
          RoleARN: 'arn:aws:iam::000000000000:role/firehose',
          Prefix: 'predictions/!{timestamp:yyyy-MM-dd}/!{timestamp:HH}/',
          ErrorOutputPrefix: 'undelivered/',
          FileExtension: '.jsonl',
        },
      }),
    );
    const objects = createObjectStore({ bucket, client: options });
    return {
      stream: createPredictionStream({ stream, clock: systemClock, client: emulator.client }),
      now: Date.now(),
      async read(window, count) {
        let found: Prediction[] = [];
        for (const until = Date.now() + 20_000; Date.now() < until; await systemClock.sleep(100)) {
          found = [];
          for await (const record of readPredictions(objects, window)) found.push(record);
          if (found.length >= count) break;
        }
        return found;
      },
    };
  });

  it('sends a notification to people by SNS, with its subject within the limit', async () => {
    const sns = new SNSClient(emulator.client);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name('topic') }));
    const { arn, bodies } = await queue();
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
    const notifier = createNotifier({ topicArn: TopicArn ?? '', client: emulator.client });
    await notifier.notify({
      severity: 'alarm',
      subject: `v3 rolled back\n${'ü'.repeat(200)}`,
      body: 'wärum',
    });
    const [message] = (await bodies()).map(
      (body) => JSON.parse(body) as { Subject: string; Message: string },
    );
    expect(message?.Message).toBe('wärum');
    expect(message?.Subject).toMatch(/^\[alarm\] v3 rolled back\?\?+$/);
    expect(message?.Subject.length).toBeLessThan(100);
  });
});

describeWith(emulators, 'AWS services on moto', () => {
  let emulator: Emulator;
  let made = 0;
  beforeAll(async () => {
    emulator = await startEmulator('moto');
  });
  afterAll(() => emulator.stop());

  const STATUS: Readonly<Record<string, VersionStatus>> = {
    PendingManualApproval: 'pending',
    Approved: 'approved',
    Rejected: 'rejected',
  };

  async function open() {
    const sagemaker = new SageMakerClient(emulator.client);
    const group = `bank-marketing-${++made}`;
    await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: group }));
    const list = async () => {
      const arns: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await sagemaker.send(
          new ListModelPackagesCommand({ ModelPackageGroupName: group, MaxResults: 5, NextToken }),
        );
        for (const { ModelPackageArn } of page.ModelPackageSummaryList ?? [])
          arns.push(ModelPackageArn ?? '');
        ({ NextToken } = page);
      } while (NextToken !== undefined);
      return arns;
    };
    return { sagemaker, list, mirror: createRegistryMirror({ group, client: emulator.client }) };
  }

  registryMirrorContract('a SageMaker model package group', async () => {
    const { sagemaker, list, mirror } = await open();
    return {
      mirror,
      async shown() {
        const described = await Promise.all(
          (await list()).map((ModelPackageName) =>
            sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName })),
          ),
        );
        return described
          .map(({ CustomerMetadataProperties: own, ModelApprovalStatus = '' }) => ({
            version: Number(own?.version),
            digest: own?.digest ?? '',
            status: STATUS[ModelApprovalStatus] ?? 'failed-validation',
          }))
          .sort((a, b) => a.version - b.version);
      },
    };
  });

  it('finds our version of a package that a person approved', async () => {
    const { sagemaker, list, mirror } = await open();
    const digest = 'a'.repeat(64);
    await mirror.show({ model: 'm', version: 3, digest, status: 'pending', prefix: 'models/3/' });
    const [arn = ''] = await list();
    expect(await describePackage(arn, emulator.client)).toMatchObject({
      version: 3,
      digest,
      approved: false,
    });
    await sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn: arn, ModelApprovalStatus: 'Approved' }),
    );
    expect(await describePackage(arn, emulator.client)).toMatchObject({ version: 3, digest, approved: true });
  });

  it('reports a package that somebody else made as none of ours', async () => {
    const { sagemaker, list } = await open();
    const { CreateModelPackageCommand } = await import('@aws-sdk/client-sagemaker');
    await sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: `bank-marketing-${made}`,
        ModelApprovalStatus: 'Approved',
      }),
    );
    const [arn = ''] = await list();
    expect(await describePackage(arn, emulator.client)).toMatchObject({
      version: undefined,
      digest: undefined,
    });
  });
});
