import type { Construct } from 'constructs';
import { azure } from '../../constructs/azure/index.ts';
import { composeData, type ModelData } from '../../constructs/compose-model.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { AzureStack } from './azure-stack.ts';
import { stackName } from './stack-name.ts';

/** Resources that a model must not lose: its group, the artifact store with its logs, the registry, the secret. */
export class AzureDataStack extends AzureStack {
  readonly data: ModelData;

  constructor(scope: Construct, config: ResolvedConfig) {
    super(scope, stackName(config, 'data'), config);
    this.data = composeData(azure, this, config);
  }
}
