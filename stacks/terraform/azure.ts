import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { App } from '../../constructs/shared/cdktf.ts';
import { AzureDataStack } from './azure-data-stack.ts';
import { AzureModelStack } from './azure-model-stack.ts';

/** Adds the two stacks of one model in one environment. */
export function addAzureModel(app: App, config: ResolvedConfig): void {
  new AzureModelStack(app, config, new AzureDataStack(app, config));
}
