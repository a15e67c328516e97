import type { Construct } from 'constructs';
import { azure } from '../../constructs/azure/index.ts';
import { composeModel } from '../../constructs/compose-model.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { AzureDataStack } from './azure-data-stack.ts';
import { AzureStack } from './azure-stack.ts';
import { stackName } from './stack-name.ts';

/** The running part of a model: apps, topic, alarms. It names the resources of the data stack by texts, so that it reads no other state. */
export class AzureModelStack extends AzureStack {
  constructor(scope: Construct, config: ResolvedConfig, data: AzureDataStack) {
    super(scope, stackName(config, 'model'), config);
    this.addDependency(data);
    composeModel(azure, this, config, data.data);
  }
}
