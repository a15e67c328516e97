import {
  CreateModelPackageCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  type ModelApprovalStatus,
  type ModelPackageSummary,
  SageMakerClient,
  type SageMakerClientConfig,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { MirroredVersion, RegistryMirror, VersionStatus } from '../../ports/registry-mirror.ts';
import type { DescribedVersion } from '../../runtime/host.ts';
import { failureOf } from './failure.ts';

export interface RegistryMirrorOptions {
  /** Name of the model package group. */
  readonly group: string;
  readonly client?: SageMakerClientConfig;
}

const STATUS: Readonly<Record<VersionStatus, ModelApprovalStatus>> = {
  pending: 'PendingManualApproval',
  approved: 'Approved',
  rejected: 'Rejected',
  'failed-validation': 'Rejected',
};

/**
 * A model package for each version, in one group. SageMaker numbers packages itself, so a package says in its
 * description which of our versions it is: a list shows descriptions, and nothing has to be looked up one by one.
 */
export function createRegistryMirror({ group, client }: RegistryMirrorOptions): RegistryMirror {
  const sagemaker = new SageMakerClient(client ?? {});

  /** The package that shows a version, newest packages first. */
  async function find(description: string): Promise<ModelPackageSummary | undefined> {
    let NextToken: string | undefined;
    do {
      const page = await sagemaker.send(
        new ListModelPackagesCommand({
          ModelPackageGroupName: group,
          SortBy: 'CreationTime',
          SortOrder: 'Descending',
          MaxResults: 100,
          NextToken,
        }),
      );
      const found = page.ModelPackageSummaryList?.find((one) => one.ModelPackageDescription === description);
      if (found !== undefined) return found;
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return undefined;
  }

  async function show(version: MirroredVersion): Promise<void> {
    const description = descriptionOf(version);
    const ModelApprovalStatus = STATUS[version.status];
    const shown = await find(description);
    if (shown === undefined) {
      await sagemaker.send(
        new CreateModelPackageCommand({
          ModelPackageGroupName: group,
          ModelPackageDescription: description,
          ModelApprovalStatus,
          ClientToken: tokenOf(version),
          CustomerMetadataProperties: {
            version: String(version.version),
            digest: version.digest,
            prefix: version.prefix,
          },
        }),
      );
    } else if (shown.ModelApprovalStatus !== ModelApprovalStatus)
      await sagemaker.send(
        new UpdateModelPackageCommand({ ModelPackageArn: shown.ModelPackageArn, ModelApprovalStatus }),
      );
  }

  return {
    async show(version) {
      await show(version).catch((error: unknown) => {
        throw failureOf('registry', error, `showing version ${version.version}`);
      });
    },
  };
}

/** Reads the package of one of our versions: number, digest, whether it is approved, and who changed it last. */
export async function describePackage(
  arn: string,
  client: SageMakerClientConfig = {},
): Promise<DescribedVersion> {
  const found = await new SageMakerClient(client)
    .send(new DescribeModelPackageCommand({ ModelPackageName: arn }))
    .catch((error: unknown) => {
      throw failureOf('registry', error, 'describing the package');
    });
  const [, version, digest] = DESCRIPTION.exec(found.ModelPackageDescription ?? '') ?? [];
  const by = found.LastModifiedBy ?? found.CreatedBy;
  return {
    version: version === undefined ? undefined : Number(version),
    digest,
    approved: found.ModelApprovalStatus === 'Approved',
    by: by?.IamIdentity?.Arn ?? by?.UserProfileArn ?? 'sagemaker',
    provenBy: found.LastModifiedBy?.IamIdentity?.Arn,
  };
}

const descriptionOf = ({ model, version, digest }: MirroredVersion): string =>
  `${model} version ${version}, sha256 ${digest}`;
const DESCRIPTION = /^\S+ version ([1-9]\d{0,8}), sha256 ([0-9a-f]{64})$/;

/** At most 36 letters, digits and dashes (API_CreateModelPackage); the same version has the same. */
const tokenOf = ({ version, digest }: MirroredVersion): string => `v${version}-${digest.slice(0, 24)}`;
