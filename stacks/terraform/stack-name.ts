import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { nameOf } from '../../constructs/shared/naming.ts';

/**
 * Name of a stack, of its folder and of its state. Those of Google Cloud came first and have no cloud in them: another name would
 * be another state.
 */
export const stackName = (config: ResolvedConfig, half: 'data' | 'model'): string =>
  config.target === 'azure' ? `${nameOf(config)}-azure-${half}` : `${nameOf(config)}-${half}`;
