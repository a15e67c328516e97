import { Annotations, DefaultStackSynthesizer, PermissionsBoundary, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { isUnverified, REGION_SOURCE } from '../../constructs/config/limits/aws-place.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { nameOf, tagsOf } from '../../constructs/shared/naming.ts';
import { DataStack } from './data-stack.ts';
import { ModelStack } from './model-stack.ts';

/**
 * A feature group's tags can never change: a changed tag of the app would replace a named resource, which CloudFormation
 * refuses. A dashboard's tags are so new that not every account's CloudFormation may know them, and nothing counts them.
 */
const UNTAGGED = { excludeResourceTypes: ['AWS::SageMaker::FeatureGroup', 'AWS::CloudWatch::Dashboard'] };

/** One model in one environment: `<model>-<environment>/data` and `/model`. */
export class ModelStage extends Stage {
  constructor(scope: Construct, config: ResolvedConfig) {
    const { environment, model } = config;
    const { cloud } = environment;
    if (cloud.provider !== 'aws') throw new Error(`environment '${environment.name}' is not on AWS`);
    const { account, region, qualifier, permissionsBoundary } = cloud;
    super(scope, nameOf(config), {
      ...(account !== undefined && region !== undefined && { env: { account, region } }),
      ...(account === undefined && region !== undefined && { env: { region } }),
      ...(permissionsBoundary !== undefined && {
        permissionsBoundary: PermissionsBoundary.fromName(permissionsBoundary),
      }),
    });
    const name = nameOf(config);
    const common = (half: string) => ({
      config,
      stackName: `${name}-${half}`,
      description: `${half} stack of model ${model.name} in ${model.environment}`,
      synthesizer: new DefaultStackSynthesizer({ qualifier }),
    });
    // The model stack holds nothing that is lost with it; protected, a failed first create could not be repeated.
    const data = new DataStack(this, 'data', {
      ...common('data'),
      terminationProtection: environment.removal === 'retain',
    });
    new ModelStack(this, 'model', { ...common('model'), data });
    if (region !== undefined && isUnverified(region))
      Annotations.of(data).addWarningV2(
        'mlops-blueprint:region',
        `nobody has published which resource types CloudFormation lacks in ${region} (${REGION_SOURCE}): the first deployment may be refused`,
      );
    for (const [key, value] of Object.entries(tagsOf(config))) Tags.of(this).add(key, value, UNTAGGED);
  }
}
