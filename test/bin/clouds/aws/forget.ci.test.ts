import { gunzipSync } from 'node:zlib';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { resourcesOfStack } from '../../../../bin/clouds/aws/find.ts';
import { openPersonStores } from '../../../../bin/clouds/aws/person-stores.ts';
import { loadBlueprint } from '../../../../blueprints/index.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import { runForget } from '../../../../lambdas/forget/forget.ts';
import { pseudonym } from '../../../../lambdas/stores/pseudonym.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { fill, forgetConfig, KEY, MARK, rowLines } from '../../../forget/world.ts';
import { memoryPorts } from '../../../prepare/prepare-fixture.ts';
import { type Emulator, startEmulator } from '../../../support/emulators.ts';
import { describeWith, emulators } from '../../../support/tools.ts';
import { runMain } from '../../run-main.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const deployed = resolveConfig(blueprint, parseEnvironment('dev', {}, 'aws'), 'aws');
const { online: _, ...serving } = forgetConfig().serving;
const config = { ...deployed, model: { ...forgetConfig(), serving } };

const STACK = 'bank-marketing-dev-data';
const RESOURCES = {
  ArtifactStoreAccessLogs1234: { Type: 'AWS::S3::Bucket' },
  ArtifactStoreResource1234: {
    Type: 'AWS::S3::Bucket',
    Properties: { VersioningConfiguration: { Status: 'Enabled' } },
  },
  PseudonymSecretResource1234: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { GenerateSecretString: { PasswordLength: 64 } },
  },
};

describeWith(emulators, 'a person in a versioned bucket', () => {
  let emulator: Emulator;
  let s3: S3Client;
  let bucket = '';
  beforeAll(async () => {
    emulator = await startEmulator('ministack');
    const cloudFormation = new CloudFormationClient(emulator.client);
    s3 = new S3Client({ ...emulator.client, forcePathStyle: true });
    await cloudFormation.send(
      new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify({ Resources: RESOURCES }) }),
    );
    await vi.waitFor(async () => expect((await resourcesOfStack(cloudFormation, STACK))?.length).toBe(3), {
      timeout: 60_000,
    });
    const owned = await resourcesOfStack(cloudFormation, STACK);
    bucket = owned?.find(({ logicalId }) => logicalId.startsWith('ArtifactStoreResource'))?.physicalId ?? '';
  });
  afterAll(() => emulator.stop());

  /** Every version of every object, uncompressed. */
  async function versions(): Promise<readonly (readonly [key: string, text: string, latest: boolean])[]> {
    const { Versions = [], IsTruncated } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(IsTruncated ?? false).toBe(false);
    return Promise.all(
      Versions.map(async ({ Key = '', VersionId, IsLatest }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return [
          Key,
          (Key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(),
          IsLatest === true,
        ] as const;
      }),
    );
  }

  it('is in no version of any object with rows afterwards, and no other row is lost', async () => {
    const stores = await openPersonStores(config, emulator.client);
    const ports = { ...memoryPorts(), objects: stores.ports.objects };
    await fill(ports, config.model, stores.secret);
    // A file that expired: its rows are in a former version only.
    const expired = 'exports/2025-01-01/old/part-s-00000.csv.gz';
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: expired, Body: Buffer.from(`${KEY},${MARK}\n`) }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: expired }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'models/1/model.ubj', Body: 'old' }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'models/1/model.ubj', Body: 'new' }));
    const before = await rowLines(ports.objects);

    const options = { ...stores, config: config.model, key: KEY };
    expect((await runForget({ ...options, dryRun: true })).formerVersions).toBe(1);
    const report = await runForget(options);
    expect(report.formerVersions).toBeGreaterThan(10);
    expect(report.found.map(({ prefix }) => prefix)).toHaveLength(8);

    const name = pseudonym(KEY, stores.secret);
    const isOwn = (line: string) =>
      line.startsWith(`${KEY},`) ||
      line.startsWith(`"${KEY}"`) ||
      line.includes(`"client":"${KEY}"`) ||
      line.includes(`"raw":"${KEY},`) ||
      line.includes(MARK) ||
      line.includes(name);
    const all = await versions();
    const traces = all.filter(([key, text]) => !/^(runs|models)\//.test(key) && text.split('\n').some(isOwn));
    expect(traces.map(([key]) => key)).toEqual([]);
    expect(all.filter(([key]) => key === 'models/1/model.ubj')).toHaveLength(2);

    const after = await rowLines(ports.objects);
    for (const [prefix, lines] of Object.entries(before))
      expect(after[prefix], prefix).toEqual(lines.filter((line) => !isOwn(line)));
    expect(await runForget(options)).toMatchObject({ found: [], formerVersions: 0 });
  });

  it('is refused with exit code 3 by the command where no row has the key', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', emulator.endpoint);
    vi.stubEnv('AWS_REGION', emulator.client.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    try {
      const { code, out } = await runMain([
        'forget',
        'bank-marketing',
        '--env',
        'dev',
        '--key',
        'nobody',
        '--json',
      ]);
      expect([code, JSON.parse(out).diagnostics[0].code]).toEqual([3, 'forget/unknown-key']);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describeWith(emulators, 'a model that is not deployed', () => {
  it('has no person to forget', async () => {
    const empty = await startEmulator('ministack');
    try {
      await expect(openPersonStores(config, empty.client)).rejects.toMatchObject({
        code: 'forget/not-deployed',
      });
    } finally {
      await empty.stop();
    }
  });
});
