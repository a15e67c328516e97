import type { EnvironmentInput } from '../../constructs/config/schema.ts';

/** Settings that every environment shares, before its own values. */
export const base = {
  encryption: 'provider',
  removal: 'destroy',
  logRetentionDays: 30,
  promotion: 'train-per-environment',
  tags: { 'managed-by': 'mlops-blueprint' },
} satisfies Partial<EnvironmentInput>;
