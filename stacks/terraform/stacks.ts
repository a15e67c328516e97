import { mkdirSync } from 'node:fs';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { App } from '../../constructs/shared/cdktf.ts';
import { ProblemCollector } from '../collect-problems.ts';
import { environmentsOn } from '../config/load.ts';
import { type Narrowing, selectConfigs } from '../selection.ts';

/** Clouds whose stacks are written for Terraform. */
export const TERRAFORM_CLOUDS = ['gcp', 'azure'] as const;
export type TerraformCloud = (typeof TERRAFORM_CLOUDS)[number];

/** The stacks of a cloud; its provider is loaded when it is asked for. */
const ADDERS: Readonly<Record<TerraformCloud, () => Promise<(app: App, config: ResolvedConfig) => void>>> = {
  gcp: async () => (await import('./gcp.ts')).addGcpModel,
  azure: async () => (await import('./azure.ts')).addAzureModel,
};

/** Selection of clouds, environments and blueprints. */
export interface TerraformNarrowing extends Narrowing {
  readonly cloud?: TerraformCloud | undefined;
}

/** An app whose resources are named by their paths within the stack. That can never change: each would be replaced. */
export function createApp(outdir: string): App {
  mkdirSync(outdir, { recursive: true });
  return new App({ outdir, context: { excludeStackIdFromLogicalIds: 'true' } });
}

/**
 * Adds the stacks of every cloud, blueprint and environment that is asked for, all by default.
 *
 * @returns the configurations that they are made of
 * @throws InvalidInput with everything that a blueprint or an environment says wrong; an AggregateError of several
 */
export async function addStacks(app: App, narrowing: TerraformNarrowing): Promise<readonly ResolvedConfig[]> {
  const refusals = new ProblemCollector();
  const selected = await refusals.without(await cloudsOf(narrowing), (cloud) =>
    selectConfigs(cloud, narrowing),
  );
  refusals.throwAny();
  const configs = selected.flat();
  for (const config of configs) {
    const add = await ADDERS[config.target as TerraformCloud](); // of the clouds that were selected
    add(app, config);
  }
  return configs;
}

/** The cloud that is asked for; else those that have the environment; else all, which say what they have. */
async function cloudsOf({ cloud, env }: TerraformNarrowing): Promise<readonly TerraformCloud[]> {
  if (cloud !== undefined) return [cloud];
  const having = await Promise.all(
    TERRAFORM_CLOUDS.map(async (one) => {
      const names = await environmentsOn(one);
      return env === undefined ? names.length > 0 : names.includes(env);
    }),
  );
  const found = TERRAFORM_CLOUDS.filter((_, index) => having[index]);
  return found.length > 0 ? found : TERRAFORM_CLOUDS;
}
