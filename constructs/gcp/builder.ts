import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository/index.js';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { Construct } from 'constructs';
import { serviceAccountId } from '../config/gcp-login.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { Sleep } from '../shared/cdktf.ts';
import { gcpLabels, gcpName, nameOf } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, keyOf } from './place.ts';
import { pauseAfter } from './propagation.ts';

const KEPT_IMAGES = 2;
const OLD_IMAGE_SEC = 7 * 86_400;

/**
 * The identity that builds the functions of a stack, and the repository of their images. Cloud Build's default account has had
 * no rights since 2024 (cloud.google.com/build/docs/cloud-build-service-account-updates).
 */
export class Builder extends Construct {
  readonly account: ServiceAccount;
  readonly repository: ArtifactRegistryRepository;
  /** Everything that a build needs, known to IAM. */
  readonly ready: Sleep;

  constructor(scope: Construct, id: string, config: ResolvedConfig) {
    super(scope, id);
    const { project, region } = cloudOf(config);
    const { name: model, environment } = config.model;
    const key = keyOf(config);
    this.account = new ServiceAccount(this, 'Account', {
      accountId: serviceAccountId({ model, environment }, 'build'),
      displayName: `builds the functions of ${nameOf(config)}`.slice(0, 100),
    });
    this.repository = new ArtifactRegistryRepository(this, 'Images', {
      repositoryId: gcpName(config, 'functions', GCP_NAMES.repository.most),
      location: region,
      format: 'DOCKER',
      description: `images of the functions of ${nameOf(config)}`,
      labels: gcpLabels(config),
      cleanupPolicies: [
        { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: KEPT_IMAGES } },
        { id: 'delete-old', action: 'DELETE', condition: { olderThan: `${OLD_IMAGE_SEC}s` } },
      ],
      ...(key !== undefined && {
        kmsKeyName: key,
      }),
    });
    const { member } = this.account;
    const rights = [
      new ArtifactRegistryRepositoryIamMember(this, 'StoresImages', {
        repository: this.repository.name,
        location: region,
        role: SERVICE_RIGHTS.storeImage.role,
        member,
      }),
      new ProjectIamMember(this, 'Logs', { project, role: SERVICE_RIGHTS.log.role, member }),
      new ProjectIamMember(this, 'ReadsSources', {
        project,
        role: SERVICE_RIGHTS.readSource.role,
        member,
        condition: {
          title: 'sources of functions',
          expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
        },
      }),
    ];
    this.ready = pauseAfter(this, 'Ready', rights, member);
  }
}

/** The builder of a construct's stack. */
export const builderOf = (scope: Construct, config: ResolvedConfig): Builder =>
  oncePerStack(scope, 'Builder', (stack) => new Builder(stack, 'Builder', config));
