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
    gcp: {
      approvers: ['serviceAccount:model-approver@example-ml-staging.iam.gserviceaccount.com'],
      starters: ['group:model-owners@example.com'],
      encryption: 'customer',
      cloud: {
        provider: 'gcp',
        project: 'example-ml-staging',
        region: 'europe-west3',
        key: 'projects/example-ml-keys/locations/europe-west3/keyRings/mlops/cryptoKeys/staging',
        billingAccount: '000000-000000-000000',
      },
      database: {
        host: '203.0.113.10',
        name: 'crm',
        instance: 'example-ml-staging:europe-west3:crm',
        auth: 'iam',
      },
    },
    azure: {
      approvers: ['00000000-0000-0000-0000-00000000000a'],
      starters: ['00000000-0000-0000-0000-00000000000b'],
      encryption: 'customer',
      cloud: {
        provider: 'azure',
        subscription: '00000000-0000-0000-0000-000000000002',
        tenant: '00000000-0000-0000-0000-000000000000',
        location: 'westeurope',
        keyId:
          '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/example-ml-keys/providers/Microsoft.KeyVault/vaults/example-ml-staging/keys/mlops',
        vnet: {
          functionsSubnetId:
            '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/example-network/providers/Microsoft.Network/virtualNetworks/staging/subnets/mlops-functions',
        },
        entraClientId: '00000000-0000-0000-0000-00000000000c',
      },
      database: { host: 'crm-staging.postgres.database.azure.com', name: 'crm', auth: 'iam' },
    },
  },
} satisfies EnvironmentLayer;
