import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadCloudModel } from '../../../../bin/cloud-model.ts';
import { accountChecks } from '../../../../bin/clouds/aws/account.ts';
import { KEY_USERS } from '../../../../bin/clouds/aws/customer-key.ts';
import { MACHINE, RUNTIME } from '../../../../bin/clouds/aws/machine.ts';
import { type CheckResult, runChecks } from '../../../../bin/doctor/check.ts';
import { exampleValues, machineChecks } from '../../../../bin/doctor/machine.ts';
import { MOST_MEMORY_MB } from '../../../../constructs/config/limits/aws-lambda.ts';
import type { EnvironmentInput } from '../../../../constructs/config/schema.ts';
import { BUNDLING } from '../../../../constructs/shared/bundling.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { exampleConfig } from '../../../constructs/aws/example.ts';
import { type Emulator, startEmulator } from '../../../support/emulators.ts';
import { synthesize } from '../../../support/synth.ts';
import { at, resourcesOf, statementsOf } from '../../../support/template.ts';
import { describeWith, emulators } from '../../../support/tools.ts';
import { runMain } from '../../run-main.ts';
import { withoutCredentials } from './without-credentials.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const MODEL = 'bank-marketing';
const byId = (results: readonly CheckResult[]) => Object.fromEntries(results.map((one) => [one.id, one]));

afterEach(() => vi.unstubAllEnvs());

describe("the doctor's checks of this machine", () => {
  const run = async (given: Partial<EnvironmentInput> = {}) =>
    byId(
      await runChecks(
        machineChecks(MACHINE, {
          cwd: process.cwd(),
          environment: parseEnvironment('dev', given, 'aws'),
          now: NOW,
          load: () => loadCloudModel(MODEL, 'dev', 'aws', { cwd: process.cwd(), command: 'doctor' }),
        }),
      ),
    );

  it('passes here, except for the example values that must be replaced', async () => {
    const found = await run();
    expect(
      Object.entries(found)
        .filter(([, { status }]) => status === 'fail')
        .map(([id]) => id),
    ).toEqual(['environment']);
    expect(found.environment).toMatchObject({
      evidence: expect.stringContaining("database.host is 'database.dev.example.com'"),
      fix: expect.stringContaining('stacks/config/dev.ts'),
    });
    expect(found.blueprint?.status).toBe('pass');
  });

  it('passes with own values, and warns without a network', async () => {
    const database = {
      host: 'db.internal.acme.com',
      name: 'crm',
      user: 'reader',
      instance: 'db-ABCDEF0123',
      auth: 'iam',
    } as const;
    expect((await run({ database })).environment?.status).toBe('warn');
    const vpc = {
      id: 'vpc-0a1b2c3d',
      availabilityZones: ['eu-central-1a'],
      privateSubnetIds: ['subnet-0a1b2c3d'],
      databaseSecurityGroupId: 'sg-0a1b2c3d',
    };
    expect((await run({ database, cloud: { provider: 'aws', vpc } })).environment?.status).toBe('pass');
  });

  it('finds every example in stacks/config', () => {
    const { cloud, database } = parseEnvironment('prod', {}, 'aws');
    expect(exampleValues({ cloud, database }, MACHINE.examples).map((one) => one.split(' ')[0])).toEqual([
      'cloud.vpc.id',
      'cloud.vpc.privateSubnetIds[0]',
      'cloud.vpc.privateSubnetIds[1]',
      'cloud.vpc.databaseSecurityGroupId',
      'database.host',
      'database.instance',
    ]);
  });
});

describe('the assumptions of doctor', () => {
  it('agrees with the templates on the runtime, the memory, and the users of the key', async () => {
    const { stacks } = await synthesize('prod');
    const functions = resourcesOf(stacks, CfnFunction.CFN_RESOURCE_TYPE_NAME).map(
      ({ properties }) => properties,
    );
    expect(new Set(functions.map(({ Runtime }) => Runtime))).toEqual(new Set([RUNTIME.name]));
    expect(RUNTIME.name).toBe(`nodejs${BUNDLING.aws.node}.x`);
    expect(Math.max(...functions.map(({ MemorySize }) => Number(MemorySize)))).toBe(MOST_MEMORY_MB);
    const [key] = resourcesOf(stacks, 'AWS::KMS::Key');
    const users = statementsOf(key?.properties.KeyPolicy).flatMap((one) => {
      const services = at(one.Principal, 'Service');
      return services === undefined ? [] : [services].flat().map(String);
    });
    expect([...new Set(users.map((one) => one.replace('.amazonaws.com', '')))].sort()).toEqual(
      [...KEY_USERS].sort(),
    );
  });
});

describe('doctor without credentials', () => {
  it('fails the identity with a fix, skips its dependents with a reason, and exits with 4', async () => {
    withoutCredentials();
    const { code, out } = await runMain(['doctor', '--json']);
    const { data, ok, diagnostics } = JSON.parse(out);
    const found = byId(data.checks);
    expect([code, ok]).toEqual([4, false]);
    expect(found.identity).toMatchObject({ status: 'fail', fix: expect.stringContaining('aws sso login') });
    expect(found.region).toMatchObject({ status: 'fail', fix: expect.stringContaining('AWS_REGION') });
    for (const id of ['clock', 'bootstrap', 'deploy-role', 'lambda-concurrency', 'service-quotas'])
      expect(found[id]).toMatchObject({
        status: 'skipped',
        evidence: expect.stringContaining('see identity'),
      });
    expect(diagnostics.map((one: { code: string }) => one.code)).toContain('doctor/identity');
    for (const { ms } of data.checks) expect(ms).toBeLessThan(10_500);
  });

  it('prints each check with a mark and a fix, and counts them by mark', async () => {
    withoutCredentials();
    const { code, out } = await runMain(['doctor', '--env', 'prod']);
    expect(code).toBe(4);
    expect(out).toMatch(/✖ environment +cloud\.vpc\.id is 'vpc-0+'/);
    expect(out).toContain('fix: ');
    expect(out).toMatch(/\d+ pass, \d+ warn, \d+ fail, \d+ skipped/);
    for (const line of out.split('\n')) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describeWith(emulators, 'doctor against an account', () => {
  const ACCOUNT = '123456789012'; // moto's own
  let moto: Emulator;
  beforeAll(async () => {
    moto = await startEmulator('moto');
  });
  afterAll(() => moto.stop());

  const run = async (
    cloud: Partial<Extract<EnvironmentInput['cloud'], { provider: 'aws' }>> = {},
    more: Partial<EnvironmentInput> = {},
    clockIsAhead = 0,
  ) => {
    const environment = parseEnvironment('dev', { ...more, cloud: { provider: 'aws', ...cloud } }, 'aws');
    const now = () => Date.now() + clockIsAhead;
    return byId(
      await runChecks(accountChecks({ environment, now, client: moto.client, load: exampleConfig })),
    );
  };
  const bootstrapped = (Value: string, qualifier = 'hnb659fds') =>
    new SSMClient(moto.client).send(
      new PutParameterCommand({
        Name: `/cdk-bootstrap/${qualifier}/version`,
        Value,
        Type: 'String',
        Overwrite: true,
      }),
    );

  it('passes in the right account, fails in another, and warns without one', async () => {
    const region = 'us-east-1';
    expect((await run({ account: ACCOUNT, region })).identity?.status).toBe('pass');
    expect((await run({ account: '999999999999', region })).identity).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining(ACCOUNT),
    });
    expect((await run()).identity?.status).toBe('warn');
  });

  it('fails with the command in an account without bootstrap, and with an old bootstrap', async () => {
    await moto.reset();
    expect((await run()).bootstrap).toMatchObject({
      status: 'fail',
      fix: `npx cdk bootstrap aws://${ACCOUNT}/us-east-1`,
    });
    await bootstrapped('5');
    expect((await run()).bootstrap).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining("'5'"),
    });
    await bootstrapped('30');
    expect((await run()).bootstrap?.status).toBe('pass');
    expect((await run({ qualifier: 'own' })).bootstrap).toMatchObject({
      status: 'fail',
      fix: `npx cdk bootstrap aws://${ACCOUNT}/us-east-1 --qualifier own`,
    });
  });

  it('warns about more memory for training than new accounts have', async () => {
    expect((await run())['lambda-memory']).toMatchObject({
      status: 'pass',
      evidence: expect.stringContaining(`${MOST_MEMORY_MB} MB`),
    });
    expect((await run({ trainingMemoryMb: 6_144 }))['lambda-memory']).toMatchObject({
      status: 'warn',
      evidence: expect.stringContaining('6144 MB'),
      fix: expect.stringContaining('set cloud.trainingMemoryMb to 3008'),
    });
  });

  it('needs the bootstrap version that the templates themselves ask for', async () => {
    const { folder } = await synthesize('dev');
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const needed = Object.values<{ properties?: { requiresBootstrapStackVersion?: number } }>(
      artifacts,
    ).flatMap(({ properties }) => properties?.requiresBootstrapStackVersion ?? []);
    await bootstrapped(String(Math.max(...needed)));
    expect((await run()).bootstrap?.status).toBe('pass');
    await bootstrapped(String(Math.max(...needed) - 1));
    expect((await run()).bootstrap?.status).toBe('fail');
  });

  it.each([
    [20_000, 'pass'],
    [-120_000, 'warn'],
    [400_000, 'fail'],
  ])('finds for a clock that is %i ms ahead: %s', async (ahead, status) => {
    const { clock } = await run({}, {}, ahead);
    expect(clock?.status).toBe(status);
    if (status === 'fail') expect(clock?.evidence).toMatch(/this clock is (39\d|40\d) s fast/);
    if (status === 'warn') expect(clock?.evidence).toMatch(/this clock is 1[12]\d s slow/);
  });

  it('requires that a given key names every service that uses it', async () => {
    const kms = new KMSClient(moto.client);
    const keyOf = async (services: readonly string[]) => {
      const statement = (Principal: object) => ({
        Effect: 'Allow',
        Principal,
        Action: 'kms:*',
        Resource: '*',
      });
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          statement({ AWS: `arn:aws:iam::${ACCOUNT}:root` }),
          ...(services.length > 0
            ? [statement({ Service: services.map((one) => `${one}.amazonaws.com`) })]
            : []),
        ],
      });
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
      return KeyMetadata?.Arn ?? '';
    };
    const customer = { encryption: 'customer' } as const;
    const good = await run(
      { keyArn: await keyOf(['logs.us-east-1', ...KEY_USERS.filter((one) => one !== 'logs')]) },
      customer,
    );
    expect(good['customer-key']?.status).toBe('pass');
    const bad = await run({ keyArn: await keyOf(KEY_USERS.filter((one) => one !== 'sqs')) }, customer);
    expect(bad['customer-key']).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('does not name sqs:'),
    });
    expect((await run({}, customer))['customer-key']?.status).toBe('skipped');
    expect((await run())['customer-key']?.status).toBe('skipped');
  });

  it('looks for the topic of the deployed stack, and for a given one', async () => {
    await moto.reset();
    const someone = { alertTo: ['ml@example.com'] };
    expect((await run({}, someone)).alerts).toMatchObject({
      status: 'skipped',
      evidence: expect.stringContaining('bank-marketing-dev-model is not deployed'),
    });
    const cloudFormation = new CloudFormationClient(moto.client);
    const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
    await cloudFormation.send(
      new CreateStackCommand({ StackName: 'bank-marketing-dev-model', TemplateBody }),
    );
    expect((await run({}, someone)).alerts).toMatchObject({
      status: 'warn',
      evidence: expect.stringContaining('has no subscriber'),
    });
    const gone = `arn:aws:sns:us-east-1:${ACCOUNT}:on-call`;
    expect((await run({ alertTopicArn: gone })).alerts).toMatchObject({
      status: 'fail',
      evidence: `topic ${gone} does not exist`,
    });
  });

  it('fails nothing in an account that is ready', async () => {
    await bootstrapped('30');
    const { 'lambda-concurrency': _, ...found } = await run({ account: ACCOUNT, region: 'us-east-1' }); // moto does not know it
    expect(Object.values(found).filter(({ status }) => status === 'fail')).toEqual([]);
    expect(found.alerts?.status).toBe('warn');
    expect(found['deploy-role']?.status).toBe('pass');
    expect(found['service-quotas']?.status).toMatch(/pass|skipped/);
  });
});

describe('the account in the checks of doctor', () => {
  /** Says who asks and how many functions may run at once; refuses everything else. */
  const run = async (unreserved: number) => {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        if (body.includes('GetCallerIdentity'))
          response.end(
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/me</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
          );
        else if (request.url?.includes('account-settings'))
          response.end(JSON.stringify({ AccountLimit: { UnreservedConcurrentExecutions: unreserved } }));
        else if (body.includes('AssumeRole'))
          response
            .writeHead(403)
            .end(
              '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
            );
        else
          response
            .writeHead(400, { 'x-amzn-errortype': 'AccessDeniedException' })
            .end('{"__type":"AccessDeniedException","message":"no"}');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo; // of a TCP server
    const client = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const environment = parseEnvironment('dev', {}, 'aws');
    const found = byId(
      await runChecks(accountChecks({ environment, now: Date.now, client, load: exampleConfig })),
    );
    server.close();
    return found;
  };

  it('warns about ten functions at once, as new accounts have, with the command that asks for more', async () => {
    expect((await run(10))['lambda-concurrency']).toMatchObject({
      status: 'warn',
      evidence: expect.stringMatching(/^10 functions/),
      fix: expect.stringContaining('--quota-code L-B99A9384'),
    });
    expect((await run(1000))['lambda-concurrency']?.status).toBe('pass');
  });

  it('warns with the missing right, and does not fail, where the account denies a look', async () => {
    const found = await run(1000);
    expect(found.bootstrap).toMatchObject({
      status: 'warn',
      evidence: expect.stringContaining('ssm:GetParameter'),
    });
    expect(found['service-quotas']?.status).toBe('warn');
    expect(found['deploy-role']).toMatchObject({
      status: 'warn',
      fix: expect.stringContaining('sts:AssumeRole'),
    });
    expect(found['deploy-role']?.evidence).toContain(
      'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-central-1',
    );
  });
});
