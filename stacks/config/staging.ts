import type { EnvironmentLayer } from './layer.ts';

/** The last test before prod: as prod, but nothing is kept. */
export const staging = {
  name: 'staging',
  approverMustDiffer: true,
  budget: { monthly: 100, currency: 'USD' },
  on: {
    aws: {
      approvers: ['arn:aws:iam::111111111111:role/model-approver'],
      starters: ['arn:aws:iam::111111111111:role/model-owner'],
      encryption: 'customer',
      cloud: {
        provider: 'aws',
        vpc: {
          id: 'vpc-00000000000000000',
          availabilityZones: ['eu-central-1a', 'eu-central-1b'],
          privateSubnetIds: ['subnet-00000000000000000', 'subnet-00000000000000001'],
          databaseSecurityGroupId: 'sg-00000000000000000',
        },
      },
      database: {
        host: 'database.staging.example.com',
        name: 'crm',
        user: 'mlops_reader',
        instance: 'db-EXAMPLE',
        auth: 'iam',
      },
    },
  },
} satisfies EnvironmentLayer;
