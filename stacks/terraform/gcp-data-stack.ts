import type { Construct } from 'constructs';
import { composeData, type ModelData } from '../../constructs/compose-model.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { gcp, ProjectServices } from '../../constructs/gcp/index.ts';
import { cloudOf } from '../../constructs/gcp/place.ts';

import { GcpStack } from './gcp-stack.ts';
import { stackName } from './stack-name.ts';

/** Resources that a model must not lose: the artifact store, the feature store, the registry, the secret. */
export class GcpDataStack extends GcpStack {
  readonly data: ModelData;

  constructor(scope: Construct, config: ResolvedConfig) {
    super(scope, stackName(config, 'data'), config);
    this.data = composeData(gcp, this, config);
    if (cloudOf(config).enableApis) new ProjectServices(this, 'Services', { config });
  }
}
