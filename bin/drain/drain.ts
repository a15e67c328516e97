import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { stackNamesOf } from '../cloud-model.ts';
import { type Contents, close, empty, survey } from '../clouds/aws/bucket.ts';
import { ofType, resourcesOfStack } from '../clouds/aws/find.ts';
import { deletePackages, packagesOf } from '../clouds/aws/packages.ts';
import { disable, enabledOf } from '../clouds/aws/schedules.ts';
import { type DrainReceipt, deletionsOf, type Found, type Kept, mayRemain, retainedOf } from './receipt.ts';

export interface DrainClients {
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly sageMaker: SageMakerClient;
}

export interface DrainOptions {
  readonly config: ResolvedConfig;
  readonly identity: { readonly account: string; readonly region: string; readonly partition: string };
  readonly clients: DrainClients;
  readonly dryRun: boolean;
  /** Told what is under way. */
  readonly onStep: (doing: string) => void;
}

/**
 * Refuses where the environment keeps its data.
 *
 * @throws RuntimeFailure `drain/retained`
 */
export function requireDestroyable({ environment }: ResolvedConfig): void {
  if (environment.removal === 'destroy') return;
  throw new RuntimeFailure(
    'drain/retained',
    `environment '${environment.name}' retains its data (removal: 'retain'), so nothing of it is deleted here, whatever is confirmed`,
    {
      fix: `cdk destroy keeps it; whoever wants it gone sets removal: 'destroy' in stacks/config/${environment.name}.ts, deploys, and drains then`,
    },
  );
}

/**
 * Deletes what releases and runs have made and CloudFormation does not know, so that a plain `cdk destroy` succeeds:
 * first what writes is stopped, then packages, objects and uploads go. Twice is once.
 *
 * @throws RuntimeFailure `drain/retained`
 */
export async function drain({
  config,
  identity,
  clients,
  dryRun,
  onStep,
}: DrainOptions): Promise<DrainReceipt> {
  requireDestroyable(config);
  onStep('reads what the stacks have made');
  const stacks = await Promise.all(
    stackNamesOf(config).map(async (name) => ({
      name,
      owned: await resourcesOfStack(clients.cloudFormation, name),
    })),
  );
  const owned = stacks.flatMap((stack) => stack.owned ?? []);
  const gone = owned.filter(({ retained }) => !retained);
  const buckets = ofType(gone, 'AWS::S3::Bucket').map(({ physicalId }) => physicalId);
  const groups = ofType(gone, 'AWS::SageMaker::ModelPackageGroup').map(({ physicalId }) =>
    nameOfGroup(physicalId),
  );
  const schedules = await enabledOf(
    clients.scheduler,
    ofType(gone, 'AWS::Scheduler::Schedule').map(({ physicalId }) => physicalId),
  );

  const closed: string[] = [];
  if (!dryRun) {
    onStep(`stops ${schedules.length} schedules`);
    for (const name of schedules) await disable(clients.scheduler, name);
    for (const bucket of buckets)
      if (await closeIfThere(clients.s3, bucket, identity.partition)) closed.push(bucket);
  }
  const found = await surveyAll(clients, buckets, groups, onStep);
  const left = dryRun ? [] : await deleteAll(clients, found, onStep);
  return {
    model: config.model.name,
    environment: config.environment.name,
    account: identity.account,
    region: identity.region,
    dryRun,
    stacks: stacks.map(({ name, owned: resources }) => ({ name, resources: resources?.length ?? null })),
    stopped: { schedules, buckets: dryRun ? buckets : closed },
    deleted: deletionsOf(found),
    retained: owned.filter(({ retained }) => retained).map(retainedOf),
    mayRemain: mayRemain(gone),
    left,
  };
}

async function surveyAll(
  { s3, sageMaker }: DrainClients,
  buckets: readonly string[],
  groups: readonly string[],
  onStep: DrainOptions['onStep'],
): Promise<Found> {
  const found: [string, Contents][] = [];
  for (const bucket of buckets) {
    onStep(`counts ${bucket}`);
    const contents = await survey(s3, bucket);
    if (contents !== undefined) found.push([bucket, contents]);
  }
  const packages: [string, string[]][] = [];
  for (const group of groups) packages.push([group, await packagesOf(sageMaker, group)]);
  return { buckets: found, groups: packages };
}

/** @returns what is still there afterwards */
async function deleteAll(
  clients: DrainClients,
  { buckets, groups }: Found,
  onStep: DrainOptions['onStep'],
): Promise<Kept[]> {
  const left: Kept[] = [];
  for (const [group, packages] of groups) {
    await deletePackages(clients.sageMaker, packages, (done) =>
      onStep(`deleted ${done} of ${packages.length} packages of ${group}`),
    );
    const still = await packagesOf(clients.sageMaker, group);
    if (still.length > 0)
      left.push({ what: `${still.length} packages in ${group}`, why: 'they were made meanwhile' });
  }
  for (const [bucket, { versions, uploads }] of buckets) {
    if (versions + uploads === 0) continue;
    const refused = await empty(clients.s3, bucket, (done) =>
      onStep(`deleted ${done} of ${versions} versions in ${bucket}`),
    );
    const still = await survey(clients.s3, bucket);
    const [first] = refused;
    if (still !== undefined && still.versions + still.uploads > 0)
      left.push({
        what: `${still.versions} versions and ${still.uploads} uploads in ${bucket}`,
        why: first === undefined ? 'they were written meanwhile' : `${first.key}: ${first.reason}`,
      });
  }
  return left;
}

async function closeIfThere(s3: S3Client, bucket: string, partition: string): Promise<boolean> {
  try {
    return await close(s3, bucket, partition);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchBucket') return false;
    throw error;
  }
}

/** CloudFormation knows a group by its ARN. */
const nameOfGroup = (id: string): string => id.split('/').at(-1) ?? id;
