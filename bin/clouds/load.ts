import type { CloudName, CloudTools, CostTools } from './tools.ts';

export const DEFAULT_CLOUD = 'aws';

/** Loaded when a command asks: nobody waits for the tools of a cloud that is not used. */
const TOOLS = {
  aws: async () => (await import('./aws/tools.ts')).awsTools,
} as const satisfies Partial<Record<CloudName, () => Promise<CloudTools>>>;

/** Clouds that commands work on deployed models in. */
export type ToolsCloud = keyof typeof TOOLS;
export const TOOLS_CLOUDS = Object.keys(TOOLS) as readonly ToolsCloud[]; // of the object above

export const loadTools = (cloud: ToolsCloud): Promise<CloudTools> => TOOLS[cloud]();

const COST_TOOLS = {
  ...TOOLS,
  azure: async () => (await import('./azure/tools.ts')).azureCostTools,
  gcp: async () => (await import('./gcp/tools.ts')).gcpCostTools,
} as const satisfies Partial<Record<CloudName, () => Promise<CostTools>>>;

/** Clouds with prices. */
export type CostCloud = keyof typeof COST_TOOLS;
export const COST_CLOUDS = Object.keys(COST_TOOLS) as readonly CostCloud[]; // of the object above

export const loadCostTools = (cloud: CostCloud): Promise<CostTools> => COST_TOOLS[cloud]();
