import { mkdirSync } from 'node:fs';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { App } from '../../constructs/shared/cdktf.ts';
import { type Narrowing, selectConfigs } from '../selection.ts';
import { GcpDataStack } from './gcp-data-stack.ts';
import { GcpKeyStack, keyStackName } from './gcp-key-stack.ts';
import { GcpModelStack } from './gcp-model-stack.ts';

/** An app whose resources are named by their paths within the stack. That can never change: each would be replaced. */
export function createApp(outdir: string): App {
  mkdirSync(outdir, { recursive: true });
  return new App({ outdir, context: { excludeStackIdFromLogicalIds: 'true' } });
}

/** Adds the two stacks of one model in one environment, and that of its customer key where no model before has added it. */
export function addModel(app: App, config: ResolvedConfig): void {
  const data = new GcpDataStack(app, config);
  new GcpModelStack(app, config, data);
  const keyStack = keyStackName(config);
  if (keyStack === undefined) return;
  const known = app.node.tryFindChild(keyStack);
  data.addDependency(known === undefined ? new GcpKeyStack(app, keyStack, config) : (known as GcpKeyStack)); // made here
}

/**
 * Adds the stacks of every blueprint and environment on Google Cloud that is asked for, all by default.
 *
 * @returns the configurations that they are made of
 * @throws InvalidInput with everything that a blueprint or an environment says wrong; an AggregateError of several
 */
export async function addStacks(app: App, narrowing: Narrowing): Promise<readonly ResolvedConfig[]> {
  const configs = await selectConfigs('gcp', narrowing);
  for (const config of configs) addModel(app, config);
  return configs;
}
