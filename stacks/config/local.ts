import type { EnvironmentLayer } from './layer.ts';

/** One machine, no account. */
export const local = {
  name: 'local',
  on: { local: { cloud: { provider: 'local' } } },
} satisfies EnvironmentLayer;
