import type { EnvironmentInput } from './schema.ts';

/** For people who build: cheap, and gone without a trace when destroyed. */
export const dev = {
  name: 'dev',
  logRetentionDays: 7,
  budget: { monthly: 50, currency: 'USD' },
} satisfies Partial<EnvironmentInput>;
