import type { ResolvedConfig } from '../config/resolve.ts';

export type { ResolvedConfig };

/** Props of every construct. */
export interface ModelProps {
  /** The blueprint in its environment on its cloud, resolved and checked by `resolveConfig`. */
  readonly config: ResolvedConfig;
}

/** A construct that belongs to one model in one environment. */
export interface ModelResource {
  /** `<model>-<environment>`. */
  readonly modelId: string;
}
