import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import { shortName } from '../config/short-name.ts';
import type * as contract from '../contract/model-registry.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpIdentifier, nameOf } from '../shared/naming.ts';
import { MIRROR_PERMISSIONS } from './permissions/ports.ts';
import { cloudOf } from './place.ts';

/**
 * A model of Vertex AI, which the first version that is shown there makes, and the role that shows versions. IAM knows models
 * by their project only, so the role holds for the project (cloud.google.com/vertex-ai/docs/general/access-control).
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ModelRegistry } from 'mlops-blueprint/gcp';
 *
 * const registry = new ModelRegistry(stack, 'Registry', { config });
 * new TerraformOutput(stack, 'Model', { value: registry.modelName });
 */
export class ModelRegistry extends ModelConstruct implements contract.IModelRegistry {
  readonly resource: ProjectIamCustomRole;
  /** `projects/<project>/locations/<region>/models/<id>`. */
  readonly modelName: string;
  /** Name of the role that shows versions: `projects/<project>/roles/<id>`. */
  readonly roleName: string;

  constructor(scope: Construct, id: string, props: contract.ModelRegistryProps) {
    super(scope, id, props);
    const { config } = props;
    const { project, region } = cloudOf(config);
    const roleId = gcpIdentifier(config, 'mirror', GCP_NAMES.role.most);
    this.resource = new ProjectIamCustomRole(this, 'Resource', {
      roleId,
      title: `shows versions of ${nameOf(config)}`.slice(0, 100),
      description: 'shows the versions of a model in Vertex AI',
      permissions: [...MIRROR_PERMISSIONS],
    });
    this.modelName = `projects/${project}/locations/${region}/models/${shortName(nameOf(config), GCP_NAMES.model.most)}`;
    this.roleName = `projects/${project}/roles/${roleId}`;
  }
}
