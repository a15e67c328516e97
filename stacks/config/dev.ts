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
    gcp: {
      cloud: {
        provider: 'gcp',
        project: 'example-ml-dev',
        region: 'europe-west3',
        billingAccount: '000000-000000-000000',
      },
      database: {
        host: '203.0.113.10',
        name: 'crm',
        instance: 'example-ml-dev:europe-west3:crm',
        auth: 'iam',
      },
    },
    azure: {
      logRetentionDays: 30, // the least that Log Analytics has
      cloud: {
        provider: 'azure',
        subscription: '00000000-0000-0000-0000-000000000001',
        tenant: '00000000-0000-0000-0000-000000000000',
        location: 'westeurope',
        entraClientId: '00000000-0000-0000-0000-00000000000c',
      },
      database: { host: 'crm-dev.postgres.database.azure.com', name: 'crm', auth: 'iam' },
    },
  },
} satisfies EnvironmentLayer;
