/**
 * The whole loop on the synthesized stack: its own templates are deployed to ministack, which runs the bundles as Lambda
 * functions under the Node version that the template names; SageMaker is moto, the database a PostgreSQL with TLS.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateModelPackageGroupCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createObjectStore } from '../../lambdas/adapters/aws/object-store.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { listReports } from '../../lambdas/stores/drift-reports.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { readPredictions } from '../../lambdas/stores/predictions.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import { alarmEvent, approvedPackage, httpEvent } from '../functions/events.ts';
import { type Emulator, startEmulator } from '../support/emulators.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { synthesize } from '../support/synth.ts';
import { e2eBlueprint } from './blueprint.ts';
import { type Deployed, deploy } from './deploy.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { node24 } from './node24.ts';
import { plantOutages } from './outages.ts';
import { fillDatabase, historyEnd, localModel, newRowsArrive, requestRows } from './sample-rows.ts';
import { say, until } from './story.ts';

const ACCOUNT = '000000000000';
const NAME = 'bank-marketing-dev';
const USER = 'mlops_reader';
/** As prod, but for its network, the canary of code and its approvers, for which the emulators have no service. */
const LIKE_PROD = {
  encryption: 'customer',
  removal: 'retain',
  logRetentionDays: 365,
  dashboard: true,
} as const;

interface World {
  readonly ministack: Emulator;
  readonly moto: Emulator;
  readonly postgres: PostgresServer;
  readonly deployed: Deployed;
  readonly objects: ObjectStore;
  /** The API of the probe. */
  readonly gateway: Gateway;
}

async function main(): Promise<void> {
  const expected = { modelSha256: await localModel(), historyEnd };
  const moto = await startEmulator('moto');
  const ministack = await startEmulator('ministack', {
    PATH: `${node24()}:${process.env.PATH ?? ''}`,
    AWS_ENDPOINT_URL_SAGEMAKER: moto.endpoint,
    MLOPS_PATH_STYLE: '1',
    SFN_WAIT_SCALE: '0.02',
  });
  const postgres = await startPostgres([], { trusting: USER });
  try {
    await fillDatabase(postgres, USER);
    say('database, ministack and moto are there');
    const synthesized = await synthesize(
      'dev',
      {
        ...LIKE_PROD,
        cloud: { provider: 'aws', account: ACCOUNT, region: 'us-east-1' },
        alertTo: ['ml-alerts@example.com'],
        database: {
          host: '127.0.0.1',
          port: postgres.port,
          name: 'postgres',
          user: USER,
          instance: 'db-EXAMPLE',
          auth: 'iam',
          ca: readFileSync(postgres.certificateFile, 'utf8'),
        },
      },
      e2eBlueprint,
    );
    const deployed = await deploy(ministack, synthesized, ACCOUNT, NAME);
    const [group] = deployed.leftOut.filter(({ Type }) => Type.endsWith('ModelPackageGroup'));
    await new SageMakerClient(moto.client).send(
      new CreateModelPackageGroupCommand({
        ...(group?.Properties as object),
        ModelPackageGroupName: String(group?.Properties?.ModelPackageGroupName),
      }),
    );
    const bucket = deployed.id('AWS::S3::Bucket', /^ArtifactStore(?!AccessLogs)/);
    const objects = createObjectStore({ bucket, client: { ...ministack.client, forcePathStyle: true } });
    say(
      `both stacks are deployed, with ${synthesized.stacks.model ? Object.keys(synthesized.stacks.model.Resources).length : 0} resources in the model stack and no model`,
    );
    const world = { ministack, moto, postgres, deployed, objects };
    const gateway = await startGateway(async (event) => score({ ministack, deployed }, event));
    try {
      await loop({ ...world, gateway }, expected);
    } finally {
      await gateway.close();
    }
    const [body] = await requestRows(expected.historyEnd, 1, {}, '');
    await plantOutages({ ministack, deployed, stacks: synthesized.stacks, body }, say);
    say('end to end on ministack: passed');
  } finally {
    postgres.stop();
    await ministack.stop();
    await moto.stop();
  }
}

async function loop(
  world: World,
  expected: { readonly modelSha256: string; readonly historyEnd: number },
): Promise<void> {
  const { objects } = world;
  const ready = await score(world, httpEvent('GET', '/readyz'));
  assert.equal(ready.statusCode, 503, 'before the first release nothing serves');

  await runPipeline(world, {
    trigger: 'first',
    data: false,
    at: new Date(expected.historyEnd).toISOString(),
  });
  const first = (await readIndex({ objects })).versions[0];
  assert.equal(first?.status, 'pending');
  const model = await objects.get('models/1/model.ubj');
  const digest = createHash('sha256')
    .update(model?.bytes ?? '')
    .digest('hex');
  assert.equal(digest, expected.modelSha256);
  say(
    `export, prepare, ingest, train, evaluate, register: version 1, model ${digest.slice(0, 12)}…, the one of npm start`,
  );

  await probeThrough(world);
  await approve(world, 1);
  await until('version 1', async () => (await readRelease(objects)).state.champion?.version === 1);
  say('approved in the package group, heard, released by the event on our bus');

  await until('a probe after the promotion', async () => world.gateway.statuses.length > 0);
  assert.deepEqual(await probe(world), [{ version: 1 }]);
  assert.ok(world.gateway.statuses.every((status) => status === 200));
  say(
    'the promotion was probed by the event on our bus; the row of the bundle gets the recorded score, bit by bit',
  );

  const before = await sendRequests(world, expected.historyEnd, {});
  const found = await until('predictions in the artifact store', async () => {
    const records: unknown[] = [];
    for await (const record of readPredictions(objects, before)) records.push(record);
    return records.length >= 300 && records.length;
  });
  assert.equal(found, 300, 'no probe is recorded');
  say(`${found} answers scored by the API's function, in the store through Firehose`);

  await newRowsArrive(world.postgres);
  const shifted = await sendRequests(world, expected.historyEnd, { contact: 'telephone', job: 'student' });
  await start(world, /DriftMonitorWorkflow/, { at: new Date(shifted.to + 1000).toISOString() });
  const [report] = await until('a drift report', async () => {
    const reports = await listReports({ objects });
    return reports.length > 0 && reports;
  });
  assert.equal(report?.drift.verdict, 'drifted');
  const names = report?.drift.features.filter(({ verdict }) => verdict === 'alert').map(({ name }) => name);
  assert.ok(names?.includes('contact'), `contact drifted, got ${names}`);
  say(`drift found in ${names?.join(', ')}; the monitor asked for a training on our bus`);

  const second = await until(
    'version 2, trained because of drift',
    async () =>
      (await readIndex({ objects })).versions.find(
        ({ version, status }) => version === 2 && status !== 'registering',
      ),
    180,
  );
  assert.equal(second.status, 'pending');
  say('the request started the pipeline by its rule: version 2');

  await invoke(world, /^ReleaseControllerRelease/, alarmEvent('ALARM', Date.now(), 'too early'));
  assert.equal((await readRelease(objects)).state.champion?.version, 1);
  say('an alarm while the first version was watched ended its watch: there is nothing to go back to');
  await approve(world, 2);
  await until('version 2', async () => (await readRelease(objects)).state.champion?.version === 2, 120);
  say('version 2 released after a replay of past requests, and watched');

  assert.deepEqual(await probe(world), [{ version: 2 }]);

  const alarm = world.deployed.id('AWS::CloudWatch::Alarm', /RollbackAlarmsScorePsi/);
  await alarmGoesOff(world, alarm);
  await until('version 1 again', async () => (await readRelease(objects)).state.champion?.version === 1);
  const after = await score(world, httpEvent('GET', '/model'));
  assert.equal(after.statusCode, 200);
  const { outcomes } = (await readRelease(objects)).state;
  assert.equal(outcomes.at(-1)?.fate, 'rolled-back');
  say(`an alarm rolled version 2 back: ${outcomes.at(-1)?.reason}; version 1 serves`);
  await probeFails(world);
}

/** A third version that answers the probe wrongly, because the API's answers are changed on their way. */
async function probeFails(world: World): Promise<void> {
  const { objects, gateway } = world;
  await runPipeline(world, { trigger: 'drift', data: false, at: new Date().toISOString() });
  await approve(world, 3);
  await until('version 3', async () => (await readRelease(objects)).state.champion?.version === 3, 120);
  gateway.change = (body) => body.replace(/"score":[\d.e-]+/, '"score":0.5');
  const [wrong] = (await probe(world)) as { readonly failure?: { readonly code: string } }[];
  assert.equal(wrong?.failure?.code, 'probe/other-score');
  gateway.change = undefined;
  await until('version 1 once more', async () => (await readRelease(objects)).state.champion?.version === 1);
  assert.equal((await readRelease(objects)).state.outcomes.at(-1)?.reason, 'probe failed: probe/other-score');
  assert.deepEqual(await probe(world), [{ version: 1 }]);
  say(
    'a wrong answer to the probe was heard on our bus and rolled version 3 back; version 1 answers rightly',
  );
}

const probe = (world: World): Promise<unknown> => invoke(world, /^ScoringProbeFunction/, {});

/** ministack serves no API under a name that a function can call: the probe's URL is that of a gateway of ours. */
async function probeThrough({ ministack, deployed, gateway }: World): Promise<void> {
  const lambda = new LambdaClient(ministack.client);
  const FunctionName = deployed.id('AWS::Lambda::Function', /^ScoringProbeFunction/);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  assert.match(String(Environment?.Variables?.MLOPS_SCORING_URL), /^https:\/\/.*\/$/);
  const Variables = { ...Environment?.Variables, MLOPS_SCORING_URL: gateway.url };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

/** Starts the training workflow and waits for its end. */
async function runPipeline(world: World, input: object): Promise<void> {
  const sfn = new SFNClient(world.ministack.client);
  const executionArn = await start(world, /TrainingPipelineWorkflow/, input);
  await until(
    'the end of the pipeline',
    async () => {
      const { status, cause, error } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === 'RUNNING') return false;
      assert.equal(status, 'SUCCEEDED', `${error}: ${cause}`);
      return true;
    },
    180,
  );
  const { executions } = await sfn.send(
    new ListExecutionsCommand({
      stateMachineArn: world.deployed.id('AWS::StepFunctions::StateMachine', /TrainingPipelineWorkflow/),
    }),
  );
  assert.ok((executions?.length ?? 0) >= 1);
}

async function start({ ministack, deployed }: World, name: RegExp, input: object): Promise<string> {
  const { executionArn = '' } = await new SFNClient(ministack.client).send(
    new StartExecutionCommand({
      stateMachineArn: deployed.id('AWS::StepFunctions::StateMachine', name),
      input: JSON.stringify(input),
    }),
  );
  return executionArn;
}

async function invoke(
  { ministack, deployed }: Pick<World, 'ministack' | 'deployed'>,
  name: RegExp,
  payload: unknown,
): Promise<unknown> {
  const { Payload, FunctionError } = await new LambdaClient(ministack.client).send(
    new InvokeCommand({
      FunctionName: deployed.id('AWS::Lambda::Function', name),
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  assert.equal(FunctionError, undefined, JSON.stringify(answer));
  return answer;
}

const score = async (world: Pick<World, 'ministack' | 'deployed'>, event: unknown) =>
  (await invoke(world, /^ScoringApiFunction/, event)) as {
    readonly statusCode: number;
    readonly body: string;
  };

/** A person approves in the registry; SageMaker's own event, which no emulator sends, is handed to its function. */
async function approve(world: World, version: number): Promise<void> {
  const sagemaker = new SageMakerClient(world.moto.client);
  const { ModelPackageSummaryList = [] } = await sagemaker.send(
    new ListModelPackagesCommand({ ModelPackageGroupName: NAME }),
  );
  const shown = ModelPackageSummaryList.find(({ ModelPackageDescription = '' }) =>
    ModelPackageDescription.includes(` version ${version},`),
  );
  assert.ok(shown?.ModelPackageArn, `version ${version} is shown in the package group`);
  await sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn: shown.ModelPackageArn,
      ModelApprovalStatus: 'Approved',
    }),
  );
  const event = approvedPackage(version) as { detail: { ModelPackageArn: string } };
  event.detail.ModelPackageArn = shown.ModelPackageArn;
  await invoke(world, /^ReleaseControllerApprove/, event);
}

/** The alarm tells its topic; its EventBridge event, which no emulator sends, is handed to the controller. */
async function alarmGoesOff(world: World, alarm: string): Promise<void> {
  const { ministack, deployed } = world;
  const sqs = new SQSClient(ministack.client);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'people' }));
  await new SNSClient(ministack.client).send(
    new SubscribeCommand({
      TopicArn: deployed.id('AWS::SNS::Topic', /Notifications/),
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:us-east-1:${ACCOUNT}:people`,
    }),
  );
  await new CloudWatchClient(ministack.client).send(
    new SetAlarmStateCommand({ AlarmName: alarm, StateValue: 'ALARM', StateReason: 'more than 2 % failed' }),
  );
  await until('a message to people', async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    return Messages?.some(({ Body }) => Body?.includes(alarm));
  });
  say('an alarm that goes off tells people through the topic');
  await invoke(world, /^ReleaseControllerRelease/, alarmEvent('ALARM', Date.now()));
}

/** Requests of the last rows before `end`, a hundred rows each. */
async function sendRequests(world: World, end: number, changed: Readonly<Record<string, string>>) {
  const from = Date.now();
  const rows = await requestRows(end, 300, changed, `${from}-`);
  for (let first = 0; first < rows.length; first += 100) {
    const answer = await score(world, httpEvent('POST', '/score', { rows: rows.slice(first, first + 100) }));
    assert.equal(answer.statusCode, 200, answer.body);
  }
  return { from, to: Date.now() + 1 };
}

await main();
