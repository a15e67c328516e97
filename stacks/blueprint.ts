/** Exports of the package as `./blueprint`: to write a blueprint, and to resolve it for one environment. */

export type { Blueprint, BlueprintInput } from '../blueprints/index.ts';
export { defineBlueprint, loadBlueprint, parseBlueprint } from '../blueprints/index.ts';
export type { ResolvedConfig } from '../constructs/config/resolve.ts';
export { resolveConfig } from '../constructs/config/resolve.ts';
export type { Environment, EnvironmentInput } from '../constructs/config/schema.ts';
export { type EnvironmentName, parseEnvironment } from './config/environments.ts';
