import type { EnvironmentInput } from './schema.ts';

/** One machine, no account. */
export const local = {
  name: 'local',
  cloud: { provider: 'local' },
} satisfies Partial<EnvironmentInput>;
