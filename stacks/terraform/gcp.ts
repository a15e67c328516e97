import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { App } from '../../constructs/shared/cdktf.ts';
import { GcpDataStack } from './gcp-data-stack.ts';
import { GcpKeyStack, keyStackName } from './gcp-key-stack.ts';
import { GcpModelStack } from './gcp-model-stack.ts';

/** Adds the two stacks of one model in one environment, and that of its customer key where no model before has added it. */
export function addGcpModel(app: App, config: ResolvedConfig): void {
  const data = new GcpDataStack(app, config);
  new GcpModelStack(app, config, data);
  const keyStack = keyStackName(config);
  if (keyStack === undefined) return;
  const known = app.node.tryFindChild(keyStack);
  data.addDependency(known === undefined ? new GcpKeyStack(app, keyStack, config) : (known as GcpKeyStack)); // made here
}
