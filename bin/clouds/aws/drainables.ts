import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { Account, Drainable, Drainables, Stoppable } from '../../drain/drainable.ts';
import type { Kept } from '../../drain/receipt.ts';
import { close, empty, survey } from './bucket.ts';
import { type Owned, ofType, resourcesOfStack } from './find.ts';
import { deletePackages, packagesOf } from './packages.ts';
import { disable, enabledOf } from './schedules.ts';
import { isNamed } from './sdk.ts';
import { stackNamesOf } from './stack-names.ts';

export interface DrainClients {
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly sageMaker: SageMakerClient;
}

/** Who is signed in, and where. */
export interface SignedIn {
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
}

/** An account whose model can be drained. */
export const drainedAccount = (
  config: ResolvedConfig,
  identity: SignedIn,
  clients: DrainClients,
): Account => ({
  account: identity.account,
  region: identity.region,
  drainables: () => drainablesOf(config, identity, clients),
});

async function drainablesOf(
  config: ResolvedConfig,
  { partition }: SignedIn,
  clients: DrainClients,
): Promise<Drainables> {
  const stacks = await Promise.all(
    stackNamesOf(config).map(async (name) => ({
      name,
      owned: await resourcesOfStack(clients.cloudFormation, name),
    })),
  );
  const owned = stacks.flatMap((stack) => stack.owned ?? []);
  const gone = owned.filter(({ retained }) => !retained);
  const idsOf = (type: string) => ofType(gone, type).map(({ physicalId }) => physicalId);
  const enabled = await enabledOf(clients.scheduler, idsOf('AWS::Scheduler::Schedule'));
  return {
    stacks: stacks.map(({ name, owned: resources }) => ({ name, resources: resources?.length ?? null })),
    schedules: enabled.map((name): Stoppable => ({ name, stop: () => disable(clients.scheduler, name) })),
    containers: [
      ...idsOf('AWS::SageMaker::ModelPackageGroup').map((id) => packageGroup(clients, nameOfGroup(id))),
      ...idsOf('AWS::S3::Bucket').map((name) => bucket(clients, name, partition)),
    ],
    retained: owned.filter(({ retained }) => retained).map(retainedOf),
    remains: remainsOf(gone),
  };
}

/** A group with versions cannot be deleted. */
const packageGroup = ({ sageMaker }: DrainClients, name: string): Drainable => ({
  name,
  survey: async () => {
    const { length: count } = await packagesOf(sageMaker, name);
    return count === 0 ? [] : [{ what: 'model packages', where: name, count, bytes: 0, lastWrite: null }];
  },
  delete: async (_, onStep) => {
    const packages = await packagesOf(sageMaker, name);
    await deletePackages(sageMaker, packages, (done) =>
      onStep(`deleted ${done} of ${packages.length} packages of ${name}`),
    );
    const still = await packagesOf(sageMaker, name);
    return still.length === 0
      ? undefined
      : { what: `${still.length} packages in ${name}`, why: 'they were made meanwhile' };
  },
});

const VERSIONS = 'object versions';

/** A bucket with versions or unfinished uploads cannot be deleted. */
const bucket = ({ s3 }: DrainClients, name: string, partition: string): Drainable => ({
  name,
  stop: () =>
    close(s3, name, partition).catch((error: unknown) => {
      if (isNamed(error, 'NoSuchBucket')) return false;
      throw error;
    }),
  survey: async (onStep) => {
    onStep(`counts ${name}`);
    const contents = await survey(s3, name);
    if (contents === undefined) return [];
    const { versions, bytes, uploads, lastWrite } = contents;
    return [
      { what: VERSIONS, where: name, count: versions, bytes, lastWrite },
      { what: 'unfinished uploads', where: name, count: uploads, bytes: 0, lastWrite: null },
    ].filter(({ count }) => count > 0);
  },
  delete: async (found, onStep) => {
    const versions = found.find(({ what }) => what === VERSIONS)?.count ?? 0;
    const [refused] = await empty(s3, name, (done) =>
      onStep(`deleted ${done} of ${versions} versions in ${name}`),
    );
    const still = await survey(s3, name);
    return still === undefined || still.versions + still.uploads === 0
      ? undefined
      : {
          what: `${still.versions} versions and ${still.uploads} uploads in ${name}`,
          why: refused === undefined ? 'they were written meanwhile' : `${refused.key}: ${refused.reason}`,
        };
  },
});

/** CloudFormation knows a group by its ARN. */
const nameOfGroup = (id: string): string => id.split('/').at(-1) ?? id;

/** A resource that its stack's template keeps. */
const retainedOf = ({ type, physicalId, stack, logicalId }: Owned): Kept => ({
  what: `${type} ${physicalId}`,
  why: `${stack}/${logicalId} stays when its stack goes`,
});

/** Leftovers that no stack deletes at once. */
const REMAINS: Readonly<Record<string, Kept>> = {
  'AWS::KMS::Key': {
    what: 'the customer key',
    why: 'it waits 30 days for its deletion, and is not charged meanwhile',
  },
  'AWS::CloudWatch::Alarm': {
    what: 'metrics in CloudWatch',
    why: 'they expire by themselves after 15 months, free of charge',
  },
  'AWS::Lambda::Function': {
    what: "archives of the functions' code",
    why: "in the bootstrap's own bucket, which all stacks of the account share: cdk gc",
  },
};

const remainsOf = (owned: readonly Owned[]): Kept[] =>
  Object.entries(REMAINS)
    .filter(([type]) => ofType(owned, type).length > 0)
    .map(([, kept]) => kept);
