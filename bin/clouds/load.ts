import type { CloudName, CloudTools } from './tools.ts';

export const DEFAULT_CLOUD = 'aws';

/** Loaded when a command asks: nobody waits for the tools of a cloud that is not used. */
const TOOLS = {
  aws: async () => (await import('./aws/tools.ts')).awsTools,
} as const satisfies Partial<Record<CloudName, () => Promise<CloudTools>>>;

export type ToolsCloud = keyof typeof TOOLS;

export const TOOLS_CLOUDS = Object.keys(TOOLS) as readonly ToolsCloud[]; // of the object above

export const loadTools = (cloud: ToolsCloud): Promise<CloudTools> => TOOLS[cloud]();
