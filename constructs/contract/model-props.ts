import type { ResolvedConfig } from '../config/resolve.ts';

export type { ResolvedConfig };

/** What every construct is given. */
export interface ModelProps {
  /** The blueprint in its environment on its cloud, resolved and checked by `resolveConfig`. */
  readonly config: ResolvedConfig;
}
