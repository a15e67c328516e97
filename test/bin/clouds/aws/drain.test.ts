import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import {
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DrainClients, drainedAccount } from '../../../../bin/clouds/aws/drainables.ts';
import { awsTools } from '../../../../bin/clouds/aws/tools.ts';
import { drain } from '../../../../bin/drain/drain.ts';
import type { DrainReceipt } from '../../../../bin/drain/receipt.ts';
import { drainText } from '../../../../bin/drain/text.ts';
import { pageOf } from '../../../../bin/page.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { type Emulator, startEmulator } from '../../../support/emulators.ts';
import { describeWith, emulators } from '../../../support/tools.ts';
import { runMain } from '../../run-main.ts';
import { withoutCredentials } from './without-credentials.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const config = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
const DATA = 'bank-marketing-dev-data';
const MODEL = 'bank-marketing-dev-model';
const GROUP = 'bank-marketing-dev';
const identity = { account: '000000000000', region: 'us-east-1', partition: 'aws' };

const bucket = (more: object = {}) => ({
  Type: 'AWS::S3::Bucket',
  Properties: { VersioningConfiguration: { Status: 'Enabled' } },
  DeletionPolicy: 'Delete',
  ...more,
});
const TEMPLATES = {
  [DATA]: { Store: bucket(), AccessLogs: bucket(), Archive: bucket({ DeletionPolicy: 'Retain' }) },
  [MODEL]: {
    Tick: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Description: 'looks each minute',
        ScheduleExpression: 'rate(1 minute)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: 'arn:aws:lambda:us-east-1:000000000000:function:x',
          RoleArn: 'arn:aws:iam::000000000000:role/x',
          Input: '{"kind":"tick"}',
          RetryPolicy: { MaximumRetryAttempts: 2 },
        },
      },
    },
  },
};

/** A package group on the wire: what two of SageMaker's operations say (moto deletes no packages). */
async function startRegistry(packages: Set<string>) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      const input = JSON.parse(body);
      if (operation === 'DeleteModelPackage') packages.delete(input.ModelPackageName);
      const rest = [...packages].filter((arn) => input.NextToken === undefined || arn > input.NextToken);
      const page = rest.slice(0, 2); // pages, so that the second one is asked for
      const answer =
        operation === 'ListModelPackages'
          ? {
              ModelPackageSummaryList:
                input.ModelPackageGroupName === GROUP
                  ? page.map((ModelPackageArn) => ({ ModelPackageArn }))
                  : [],
              ...(rest.length > page.length && { NextToken: page.at(-1) }),
            }
          : {};
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo; // of a TCP server
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

describeWith(emulators, 'mlops drain on AWS', () => {
  let ministack: Emulator;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  const packages = new Set<string>();
  let clients: DrainClients;
  beforeAll(async () => {
    ministack = await startEmulator('ministack');
    registry = await startRegistry(packages);
    const cloudFormation = new CloudFormationClient(ministack.client);
    clients = {
      cloudFormation,
      s3: new S3Client({ ...ministack.client, forcePathStyle: true }),
      scheduler: new SchedulerClient(ministack.client),
      sageMaker: new SageMakerClient({ ...ministack.client, endpoint: registry.endpoint }),
    };
    listsGroup(cloudFormation);
  });
  afterAll(async () => {
    registry.stop();
    await ministack.stop();
  });
  beforeEach(async () => {
    await ministack.reset();
    packages.clear();
  });

  /** ministack makes no package groups: its list of the data stack gets one more. */
  function listsGroup(client: CloudFormationClient): void {
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const result = await next(args);
          const output = result.output as { StackResourceSummaries?: object[] }; // of the command below
          if (
            commandName === 'ListStackResourcesCommand' &&
            (args.input as { StackName: string }).StackName === DATA
          )
            output.StackResourceSummaries?.push({
              LogicalResourceId: 'Registry',
              PhysicalResourceId: `arn:aws:sagemaker:us-east-1:000000000000:model-package-group/${GROUP}`,
              ResourceType: 'AWS::SageMaker::ModelPackageGroup',
              ResourceStatus: 'CREATE_COMPLETE',
            });
          return result;
        },
      { step: 'initialize' },
    );
  }

  async function deploy(): Promise<void> {
    for (const [StackName, Resources] of Object.entries(TEMPLATES)) {
      await clients.cloudFormation.send(
        new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }),
      );
      await settled(StackName, 'CREATE_COMPLETE');
    }
  }

  async function settled(StackName: string, wanted: string): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const { Stacks } = await clients.cloudFormation
        .send(new DescribeStacksCommand({ StackName }))
        .catch((error: Error) => {
          if (/does not exist/.test(error.message)) return { Stacks: [{ StackStatus: 'DELETE_COMPLETE' }] };
          throw error;
        });
      const status = Stacks?.[0]?.StackStatus ?? '';
      if (status === wanted || tries > 100) return status;
      await wait(50);
    }
  }

  async function idOf(stack: string, logicalId: string): Promise<string> {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client: clients.cloudFormation },
      { StackName: stack },
    ))
      for (const one of StackResourceSummaries)
        if (one.LogicalResourceId === logicalId) return one.PhysicalResourceId ?? '';
    throw new Error(`no ${logicalId}`);
  }

  /** What runs and releases leave: versions, markers, an upload, access logs, packages. */
  async function use(objects = 5): Promise<string> {
    const store = await idOf(DATA, 'Store');
    const put = (Bucket: string, Key: string, Body: string) =>
      clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    for (let index = 0; index < objects; index += 1) await put(store, `models/${index}`, '12345');
    await put(store, 'models/0', 'again');
    await clients.s3.send(new DeleteObjectCommand({ Bucket: store, Key: 'models/1' }));
    await clients.s3.send(new CreateMultipartUploadCommand({ Bucket: store, Key: 'exports/half' }));
    await put(await idOf(DATA, 'AccessLogs'), 'artifacts/log', 'line');
    for (const version of [1, 2, 3])
      packages.add(`arn:aws:sagemaker:us-east-1:000000000000:model-package/${GROUP}/${version}`);
    return store;
  }

  const run = (dryRun: boolean) =>
    drain({
      config,
      account: drainedAccount(config, identity, clients),
      teardown: awsTools.teardown,
      dryRun,
      onStep: () => {},
    });
  const counts = ({ deleted }: DrainReceipt) =>
    deleted.map(({ what, count, bytes }) => `${count} ${what} ${bytes}`).sort();
  const EXPECTED = [
    '1 object versions 4',
    '1 unfinished uploads 0',
    '3 model packages 0',
    '7 object versions 30',
  ];

  it('counts everything and changes nothing without a confirmation', async () => {
    await deploy();
    const store = await use();
    const receipt = await run(true);
    expect(counts(receipt)).toEqual(EXPECTED);
    expect(receipt.stopped.schedules).toHaveLength(1);
    expect(receipt.deleted[1]?.lastWrite).toMatch(/^20\d\d-/);
    const { Versions } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket: store }));
    expect([Versions?.length, packages.size]).toEqual([6, 3]);
    const { State } = await clients.scheduler.send(
      new GetScheduleCommand({ Name: await idOf(MODEL, 'Tick') }),
    );
    expect(State).toBe('ENABLED');
  });

  it('deletes packages, every version, markers and uploads, and names the retained resources', async () => {
    await deploy();
    const store = await use();
    const archive = await idOf(DATA, 'Archive');
    await clients.s3.send(new PutObjectCommand({ Bucket: archive, Key: 'kept', Body: 'x' }));
    const receipt = await run(false);
    expect(counts(receipt)).toEqual(EXPECTED);
    expect(receipt.left).toEqual([]);
    expect(packages.size).toBe(0);
    const { Versions, DeleteMarkers } = await clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: store }),
    );
    expect([Versions ?? [], DeleteMarkers ?? []]).toEqual([[], []]);
    expect(receipt.retained).toEqual([
      { what: `AWS::S3::Bucket ${archive}`, why: `${DATA}/Archive stays when its stack goes` },
    ]);
    const kept = await clients.s3.send(new ListObjectVersionsCommand({ Bucket: archive }));
    expect(kept.Versions).toHaveLength(1);
  });

  it('first stops the writers: schedules keep everything but their runs, buckets accept nothing more', async () => {
    await deploy();
    const store = await use();
    const Statement = [{ Sid: 'Own', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket: store, Policy }));
    await run(false);
    const schedule = await clients.scheduler.send(
      new GetScheduleCommand({ Name: await idOf(MODEL, 'Tick') }),
    );
    expect(schedule).toMatchObject({
      State: 'DISABLED',
      Description: 'looks each minute',
      ScheduleExpression: 'rate(1 minute)',
      Target: { Input: '{"kind":"tick"}', RetryPolicy: { MaximumRetryAttempts: 2 } },
    });
    const { Policy: closed = '' } = await clients.s3.send(new GetBucketPolicyCommand({ Bucket: store }));
    expect(JSON.parse(closed).Statement).toEqual([
      ...Statement,
      {
        Sid: 'Drained',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${store}/*`,
      },
    ]);
  });

  it('reports an empty second run', async () => {
    await deploy();
    await use();
    await run(false);
    const receipt = await run(false);
    expect(receipt).toMatchObject({ deleted: [], left: [], stopped: { schedules: [], buckets: [] } });
    expect(drainText(receipt, awsTools.teardown, pageOf({ write: () => true }))).toContain('nothing to do');
  });

  it('deletes more than a thousand versions, page by page', async () => {
    await deploy();
    const store = await use(0);
    const keys = Array.from({ length: 1_100 }, (_, index) => `runs/${index}`);
    while (keys.length > 0)
      await Promise.all(
        keys
          .splice(0, 50)
          .map((Key) => clients.s3.send(new PutObjectCommand({ Bucket: store, Key, Body: 'x' }))),
      );
    const receipt = await run(false);
    expect(receipt.deleted.find(({ where }) => where === store)?.count).toBe(1_101 + 1);
    expect(receipt.left).toEqual([]);
  });

  it('leaves both stacks deletable', async () => {
    await deploy();
    const Bucket = await use();
    await expect(clients.s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toThrow(/not empty/);
    await run(false);
    for (const StackName of [MODEL, DATA]) {
      await clients.cloudFormation.send(new DeleteStackCommand({ StackName }));
      expect(await settled(StackName, 'DELETE_COMPLETE')).toBe('DELETE_COMPLETE');
    }
    const receipt = await run(false);
    expect(receipt.deleted).toEqual([]);
  });

  it('does nothing where nothing is deployed', async () => {
    const receipt = await run(true);
    expect(receipt.stacks).toEqual([
      { name: DATA, resources: null },
      { name: MODEL, resources: null },
    ]);
    const text = drainText(receipt, awsTools.teardown, pageOf({ write: () => true }));
    expect(text).toContain(`stack ${DATA} does not exist`);
    expect(text).toContain('nothing to do');
  });

  describe('the drain command', () => {
    afterEach(() => vi.unstubAllEnvs());
    const command = (...args: string[]) => {
      withoutCredentials();
      for (const [name, value] of Object.entries({
        AWS_ENDPOINT_URL: ministack.endpoint,
        AWS_ENDPOINT_URL_SAGEMAKER: registry.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      }))
        vi.stubEnv(name, value);
      return runMain(['drain', ...args]);
    };

    it('prints its plan and how to confirm it; then the deletions, and the next command', async () => {
      await deploy();
      const store = await use();
      const dry = await command();
      expect(dry).toMatchObject({ code: 0, err: '' });
      expect(dry.out).toContain('would be deleted, for good');
      expect(dry.out).toMatch(
        new RegExp(`object versions +7 +30 B +20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d +${store}`),
      );
      expect(dry.out).toContain('mlops drain bank-marketing --env dev --confirm dev');
      const done = await command('--confirm', 'dev', '--json');
      expect(JSON.parse(done.out)).toMatchObject({
        ok: true,
        data: { dryRun: false, environment: 'dev', account: '000000000000', left: [] },
      });
      expect((await command('--confirm', 'dev')).out).toContain("npx cdk destroy 'bank-marketing-dev/*'");
    });
  });
});

describe('the command line of drain', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([[[]], [['--confirm', 'prod']]])('refuses prod, which retains its data, with %j', async (more) => {
    const { code, err } = await runMain(['drain', '--env', 'prod', ...more]);
    expect(code).toBe(3);
    expect(err).toContain("environment 'prod' retains its data");
  });

  it('refuses a name other than the environment', async () => {
    const { code, err } = await runMain(['drain', '--env', 'dev', '--confirm', 'yes']);
    expect(code).toBe(5);
    expect(err).toContain('--confirm dev');
  });

  it('exits with 4 and a fix without credentials', async () => {
    withoutCredentials();
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const { code, err } = await runMain(['drain']);
    expect(code).toBe(4);
    expect(err).toContain('mlops doctor --env dev');
  });
});
