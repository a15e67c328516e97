import type { EnvironmentInput } from './schema.ts';

/** The last test before prod: as prod, but nothing is kept. */
export const staging = {
  name: 'staging',
  approverMustDiffer: true,
  budget: { monthly: 100, currency: 'USD' },
} satisfies Partial<EnvironmentInput>;
