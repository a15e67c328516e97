/** The clouds that an environment may be in, and this machine, each with its own settings. */

import * as z from 'zod';
import { LARGEST_MEMORY_MB, MOST_MEMORY_MB } from './limits/aws-lambda.ts';
import { CORES_OF_LOCATION } from './limits/azure-flex.ts';
import { LARGEST_INSTANCE_MB, TRAINING_MEMORY_MB } from './limits/gcp-cloud-run.ts';

const text = (max: number) => z.string().min(1).max(max);

const aws = z.strictObject({
  provider: z.literal('aws'),
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits')
    .optional()
    .describe('account number; the one whose credentials deploy by default'),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .optional()
    .describe('region; the one of the credentials that deploy by default'),
  qualifier: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/, 'must be at most 10 letters and digits')
    .default('hnb659fds')
    .describe("the CDK bootstrap's qualifier"),
  permissionsBoundary: z
    .string()
    .regex(
      /^([\w+=,.@-]{1,128}\/){0,3}[\w+=,.@-]{1,128}$/,
      'must be the name of an IAM policy, with its path: teams/boundary',
    )
    .optional()
    .describe('name of the policy that bounds every role'),
  keyArn: z
    .string()
    // Never an alias: rights on a key are granted by the key's own ARN.
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
      'must be the ARN of a KMS key, not of an alias: arn:aws:kms:<region>:<account>:key/<id>',
    )
    .optional()
    .describe('customer key; with encryption customer one is made when none is given'),
  alertTopicArn: z
    .string()
    .max(256)
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'must be the ARN of an SNS topic')
    .optional()
    .describe('existing topic that gets alarms and messages, for chat or on-call; one is made without it'),
  vpc: z
    .strictObject({
      id: z.string().regex(/^vpc-[0-9a-f]{8,17}$/),
      availabilityZones: z.array(text(20)).min(1).max(6),
      privateSubnetIds: z
        .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/))
        .min(1)
        .max(6),
      databaseSecurityGroupId: z.string().regex(/^sg-[0-9a-f]{8,17}$/),
      s3PrefixListId: z
        .string()
        .regex(/^pl-[0-9a-f]{8,17}$/)
        .optional()
        .describe("S3's prefix list in this region; the export's HTTPS goes nowhere else with it"),
    })
    .optional()
    .describe('network that reaches the database, by ids'),
  codeCanary: z
    .boolean()
    .default(false)
    .describe('new code of the scoring function gets a tenth of the requests for five minutes first'),
  trainingMemoryMb: z
    .int()
    .min(MOST_MEMORY_MB)
    .max(LARGEST_MEMORY_MB)
    .default(MOST_MEMORY_MB)
    .describe(
      'MB of each function that holds all rows: prepare, ingest, train, evaluate, batch-score; new accounts have no more than the default',
    ),
  jwt: z
    .strictObject({
      issuer: z.url({ protocol: /^https$/ }).max(500),
      audience: z.array(text(200)).min(1).max(20),
    })
    .optional()
    .describe('callers show a token of this issuer; IAM signs their requests by default'),
});

const gcp = z.strictObject({
  provider: z.literal('gcp'),
  project: z
    .string()
    .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'must be a project id')
    .describe('project id'),
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+$/, 'must be a region such as europe-west3')
    .describe('region'),
  key: z
    .string()
    .regex(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      'must be the path of a key',
    )
    .optional()
    .describe('customer key'),
  network: z
    .strictObject({ name: text(300), subnetwork: text(300) })
    .optional()
    .describe('network that reaches the database, by resource path; refused in tier small'),
  billingAccount: z
    .string()
    .regex(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/, 'must be a billing account: 012345-6789AB-CDEF01')
    .optional()
    .describe('billing account of the project; a budget needs it'),
  enableApis: z
    .boolean()
    .default(true)
    .describe('whether the deployment switches on the APIs that it needs; it never switches one off'),
  trainingMemoryMb: z
    .int()
    .min(TRAINING_MEMORY_MB)
    .max(LARGEST_INSTANCE_MB)
    .default(TRAINING_MEMORY_MB)
    .describe('MiB of each function that holds all rows: prepare, ingest, train, evaluate, batch-score'),
});

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const uuid = z.string().regex(new RegExp(`^${UUID}$`), 'must be a UUID, in lower case');

/** Beginning of the ids of Azure Resource Manager, which compares them without upper and lower case. */
const IN_GROUP = String.raw`^/subscriptions/${UUID}/resourceGroups/[\w().-]{1,90}/providers`;

const azure = z.strictObject({
  provider: z.literal('azure'),
  subscription: uuid.describe('subscription id'),
  tenant: uuid.describe('Entra tenant of the subscription'),
  location: z
    .string()
    .regex(/^[a-z]+\d?$/, 'must be a location such as westeurope')
    .describe('location'),
  resourceGroup: z
    .string()
    .regex(/^[\w().-]{0,89}[\w()-]$/, 'must be the name of a resource group')
    .optional()
    .describe('existing resource group; one is created without it'),
  keyId: z
    .string()
    .regex(
      new RegExp(
        `${IN_GROUP}/Microsoft\\.KeyVault/vaults/[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]/keys/[A-Za-z0-9-]{1,127}$`,
      ),
      'must be the resource id of a key in a Key Vault, without a version: /subscriptions/…/resourceGroups/…/providers/Microsoft.KeyVault/vaults/…/keys/…',
    )
    .optional()
    .describe('customer key of the storage accounts; its vault has Azure roles and purge protection'),
  vnet: z
    .strictObject({
      functionsSubnetId: z
        .string()
        .regex(
          new RegExp(
            String.raw`${IN_GROUP}/Microsoft\.Network/virtualNetworks/[\w.-]{2,64}/subnets/[\w.-]{1,80}$`,
          ),
          'must be the resource id of a subnet: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…/subnets/…',
        )
        .describe('subnet of the app that exports, delegated to Microsoft.App/environments'),
    })
    .optional()
    .describe('network that reaches the database; without it the database has a public address'),
  entraClientId: uuid.describe('Entra application that callers and approvers get their tokens for'),
  trainingMemoryMb: z
    .literal([2_048, 4_096])
    .default(4_096)
    .describe('MB of each app whose functions hold all rows: pipeline and batch'),
  cores: z
    .int()
    .min(1)
    .max(100_000)
    .default(CORES_OF_LOCATION)
    .describe('cores of all apps of the subscription in the location; support raises them'),
});

const local = z.strictObject({
  provider: z.literal('local'),
  dataDirectory: text(500)
    .default('.mlops')
    .describe('where everything is kept, relative to the working directory'),
});

/** One cloud, or this machine. */
export const cloudSchema = z
  .discriminatedUnion('provider', [aws, gcp, azure, local])
  .describe('where it runs');
