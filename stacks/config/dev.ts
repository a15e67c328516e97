import type { EnvironmentLayer } from './layer.ts';

/** For people who build: cheap, and gone without a trace when destroyed. */
export const dev = {
  name: 'dev',
  logRetentionDays: 7,
  budget: { monthly: 50, currency: 'USD' },
  dashboard: false,
  on: {
    aws: {
      // Account and region are those of the credentials that deploy; give both to pin them.
      cloud: { provider: 'aws' },
      database: {
        host: 'database.dev.example.com',
        name: 'crm',
        user: 'mlops_reader',
        instance: 'db-EXAMPLE',
        auth: 'iam',
      },
    },
  },
} satisfies EnvironmentLayer;
