import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Emulator } from '../support/emulators.ts';
import type { Synthesized } from '../support/synth.ts';
import type { Resource, Template } from '../support/template.ts';

/** What ministack has no service for; each is asked of another process or not needed for the loop. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::SageMaker::ModelPackageGroup': 'made on moto, with its own properties',
  'AWS::Budgets::Budget': 'tells people about money and takes no part in the loop',
};

/** Also an alarm on an expression; those on one metric are deployed. */
const isLeftOut = ({ Type, Properties }: Resource): boolean =>
  Type in LEFT_OUT || (Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined);

const DEPLOYED_MS = 120_000;

/** The resources of both stacks, by logical id. */
export interface Deployed {
  /** Physical id of the resource whose logical id matches. */
  id(type: string, name: RegExp): string;
  /** Properties of what was left out, as the template has them. */
  readonly leftOut: readonly Resource[];
}

/**
 * Deploys the synthesized stage as `cdk deploy` does: its assets to the bootstrap bucket, then its own templates to
 * CloudFormation, the data stack first.
 */
export async function deploy(
  emulator: Emulator,
  { stacks, folder, assembly }: Synthesized,
  account: string,
  name: string,
): Promise<Deployed> {
  await bootstrap(emulator);
  await uploadAssets(emulator, folder, assembly, account);
  const resources: StackResource[] = [];
  const leftOut: Resource[] = [];
  for (const half of ['data', 'model']) {
    const template = stacks[half] as Template;
    for (const resource of Object.values(template.Resources)) if (isLeftOut(resource)) leftOut.push(resource);
    const url = await uploadTemplate(emulator, account, half, deployable(template, account));
    resources.push(...(await createStack(emulator, `${name}-${half}`, url)));
  }
  return {
    leftOut,
    id(type, pattern) {
      const found = resources.find(
        ({ ResourceType, LogicalResourceId = '' }) =>
          ResourceType === type && pattern.test(LogicalResourceId),
      );
      if (found?.PhysicalResourceId === undefined)
        throw new Error(`no ${type} named ${pattern} was deployed`);
      return found.PhysicalResourceId;
    },
  };
}

/** What `cdk bootstrap` leaves for the templates to find. */
async function bootstrap(emulator: Emulator): Promise<void> {
  const parameter = { Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String' } as const;
  await new SSMClient(emulator.client).send(new PutParameterCommand(parameter));
}

/** The template without what ministack does not know; references to it become the names that it would have. */
function deployable(template: Template, account: string): string {
  const all = Object.entries(template.Resources);
  const kept = Object.fromEntries(all.filter(([, resource]) => !isLeftOut(resource)));
  const names = new Map(
    all
      .filter(([, resource]) => isLeftOut(resource))
      .map(([id, { Properties }]) => [id, String(Properties?.ModelPackageGroupName ?? id)]),
  );
  const inPlace = (reference: unknown): string | undefined => {
    const { Ref, 'Fn::GetAtt': attribute } = (reference ?? {}) as Record<string, unknown>;
    if (typeof Ref === 'string') return names.get(Ref);
    const name = Array.isArray(attribute) ? names.get(String(attribute[0])) : undefined;
    return name && `arn:aws:sagemaker:us-east-1:${account}:model-package-group/${name}`;
  };
  return JSON.stringify(
    { ...template, Rules: undefined, Resources: kept },
    (_, value: unknown) => inPlace(value) ?? value,
  );
}

async function createStack(
  emulator: Emulator,
  StackName: string,
  TemplateURL: string,
): Promise<StackResource[]> {
  const client = new CloudFormationClient(emulator.client);
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateURL,
      OnFailure: 'DO_NOTHING', // the reason stays the newest event
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    }),
  );
  for (const until = Date.now() + DEPLOYED_MS; Date.now() < until; await wait(200)) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    if (status === 'CREATE_COMPLETE') {
      const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
      return StackResources;
    }
    if (!status.endsWith('IN_PROGRESS')) {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED'));
      const reasons = failed.map((one) => `${one.LogicalResourceId}: ${one.ResourceStatusReason}`);
      throw new Error(
        `${StackName} ended as ${status}: ${Stacks?.[0]?.StackStatusReason}; ${reasons.join('; ')}`,
      );
    }
  }
  throw new Error(`${StackName} was not there after ${DEPLOYED_MS} ms`);
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string };
        readonly destinations: Readonly<
          Record<string, { readonly bucketName: string; readonly objectKey: string }>
        >;
      }
    >
  >;
}

const bucketOf = (account: string): string => `cdk-hnb659fds-assets-${account}-us-east-1`;

/** A template is larger than CloudFormation takes in a call, 51,200 bytes. */
async function uploadTemplate(
  emulator: Emulator,
  account: string,
  half: string,
  body: string,
): Promise<string> {
  const [Bucket, Key] = [bucketOf(account), `${half}.template.json`];
  const s3 = new S3Client({ ...emulator.client, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
  return `${emulator.endpoint}/${Bucket}/${Key}`;
}

async function uploadAssets(
  emulator: Emulator,
  folder: string,
  assembly: string,
  account: string,
): Promise<void> {
  const s3 = new S3Client({ ...emulator.client, forcePathStyle: true });
  const bucket = bucketOf(account);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const manifests = readManifests(folder);
  for (const { files } of manifests)
    for (const { source, destinations } of Object.values(files)) {
      if (!source.path.endsWith('.zip')) continue;
      const [destination] = Object.values(destinations);
      const body = readFileSync(join(assembly, source.path.replace(/^\.\.\//, '')));
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: destination?.objectKey, Body: body }));
    }
}

function readManifests(folder: string): AssetManifest[] {
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties: { file: string } }>;
  };
  return Object.values(artifacts)
    .filter(({ type }) => type === 'cdk:asset-manifest')
    .map(
      ({ properties }) => JSON.parse(readFileSync(join(folder, properties.file), 'utf8')) as AssetManifest,
    );
}
