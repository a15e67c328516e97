import type { EnvironmentInput } from './schema.ts';

/** For those who use it: own keys, nothing is deleted, and nobody approves what he trained. */
export const prod = {
  name: 'prod',
  encryption: 'customer',
  removal: 'retain',
  logRetentionDays: 365,
  approverMustDiffer: true,
  budget: { monthly: 500, currency: 'USD' },
} satisfies Partial<EnvironmentInput>;
