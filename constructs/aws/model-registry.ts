import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import type * as contract from '../contract/model-registry.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { nameOf } from '../shared/naming.ts';
import { requireType } from './region.ts';
import { removalOf } from './removal.ts';

/**
 * A SageMaker model package group; its packages are made by `register`, its approvals heard by the release.
 *
 * @example
 * import { ArtifactStore, ModelRegistry } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const registry = new ModelRegistry(stack, 'Registry', { config });
 * const bindings = { store, registry };
 */
export class ModelRegistry extends ModelConstruct implements contract.IModelRegistry {
  readonly resource: CfnModelPackageGroup;
  readonly groupName: string;

  constructor(scope: Construct, id: string, props: contract.ModelRegistryProps) {
    super(scope, id, props);
    const { config } = props;
    requireType(this, 'AWS::SageMaker::ModelPackageGroup');
    // Name and description are create-only, so neither may hold anything that changes.
    this.groupName = nameOf(config);
    this.resource = new CfnModelPackageGroup(this, 'Resource', {
      modelPackageGroupName: this.groupName,
      modelPackageGroupDescription: 'versions of one model; approving a package here releases it',
    });
    this.resource.applyRemovalPolicy(removalOf(config));
  }

  /** The group's ARN. */
  get groupArn(): string {
    return this.resource.attrModelPackageGroupArn;
  }
}
