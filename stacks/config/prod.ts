import type { EnvironmentLayer } from './layer.ts';

/** For those who use it: own keys, nothing is deleted, and those who approve do not train. */
export const prod = {
  name: 'prod',
  encryption: 'customer',
  removal: 'retain',
  logRetentionDays: 365,
  approverMustDiffer: true,
  budget: { monthly: 500, currency: 'USD' },
  on: {
    aws: {
      approvers: ['arn:aws:iam::111111111111:role/model-approver'],
      starters: ['arn:aws:iam::111111111111:role/model-owner'],
      cloud: {
        provider: 'aws',
        codeCanary: true,
        vpc: {
          id: 'vpc-00000000000000000',
          availabilityZones: ['eu-central-1a', 'eu-central-1b'],
          privateSubnetIds: ['subnet-00000000000000000', 'subnet-00000000000000001'],
          databaseSecurityGroupId: 'sg-00000000000000000',
        },
      },
      database: {
        host: 'database.prod.example.com',
        name: 'crm',
        user: 'mlops_reader',
        instance: 'db-EXAMPLE',
        auth: 'iam',
      },
    },
    gcp: {
      approvers: ['serviceAccount:model-approver@example-ml-prod.iam.gserviceaccount.com'],
      starters: ['group:model-owners@example.com'],
      cloud: {
        provider: 'gcp',
        project: 'example-ml-prod',
        region: 'europe-west3',
        key: 'projects/example-ml-keys/locations/europe-west3/keyRings/mlops/cryptoKeys/prod',
        billingAccount: '000000-000000-000000',
      },
      database: {
        host: '203.0.113.10',
        name: 'crm',
        instance: 'example-ml-prod:europe-west3:crm',
        auth: 'iam',
      },
    },
    azure: {
      approvers: ['00000000-0000-0000-0000-00000000000a'],
      starters: ['00000000-0000-0000-0000-00000000000b'],
      cloud: {
        provider: 'azure',
        subscription: '00000000-0000-0000-0000-000000000003',
        tenant: '00000000-0000-0000-0000-000000000000',
        location: 'westeurope',
        keyId:
          '/subscriptions/00000000-0000-0000-0000-000000000003/resourceGroups/example-ml-keys/providers/Microsoft.KeyVault/vaults/example-ml-prod/keys/mlops',
        vnet: {
          functionsSubnetId:
            '/subscriptions/00000000-0000-0000-0000-000000000003/resourceGroups/example-network/providers/Microsoft.Network/virtualNetworks/prod/subnets/mlops-functions',
        },
        entraClientId: '00000000-0000-0000-0000-00000000000c',
      },
      database: { host: 'crm-prod.postgres.database.azure.com', name: 'crm', auth: 'iam' },
    },
  },
} satisfies EnvironmentLayer;
