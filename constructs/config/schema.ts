/** The place where a model runs, and its settings there: one strict schema for every environment. Nothing is looked up. */

import * as z from 'zod';
import { ENVIRONMENTS, type OverriddenEnvironment } from '../../blueprints/index.ts';
import { LARGEST_MEMORY_MB, MOST_MEMORY_MB } from './limits/aws-lambda.ts';
import { retentionSchema } from './retention.ts';

const text = (max: number) => z.string().min(1).max(max);
const name = z
  .string()
  .max(63)
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes');
/** Part of a name of resources: the shortest limit of the clouds is shared between model and environment. */
const word = (max: number) =>
  z
    .string()
    .max(max)
    .regex(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      'must be lower-case letters and digits, with single dashes inside',
    );
const tagName = z
  .string()
  .regex(/^(?!aws:|mlops:)[\w .:/=+@-]{1,63}$/, "must be a tag's name, which aws: and mlops: never begin");
const email = z.email().max(254);

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
    .describe('network that reaches the database, by resource path'),
});

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID');

const azure = z.strictObject({
  provider: z.literal('azure'),
  subscription: uuid.describe('subscription id'),
  location: z
    .string()
    .regex(/^[a-z]+\d?$/, 'must be a location such as westeurope')
    .describe('location'),
  resourceGroup: text(90).optional().describe('existing resource group; one is created without it'),
  keyId: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional()
    .describe('customer key, versionless id'),
  vnet: z
    .strictObject({ id: text(500), functionsSubnetId: text(500), endpointsSubnetId: text(500) })
    .optional()
    .describe('network that reaches the database, by resource ids'),
  entraClientId: uuid.describe('application that callers get their tokens for'),
});

const local = z.strictObject({
  provider: z.literal('local'),
  dataDirectory: text(500)
    .default('.mlops')
    .describe('where everything is kept, relative to the working directory'),
});

/** One cloud, or this machine. */
const cloudSchema = z.discriminatedUnion('provider', [aws, gcp, azure, local]).describe('where it runs');

const database = z
  .strictObject({
    host: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a host name'),
    port: z.int().min(1).max(65_535).default(5432),
    name: text(63),
    user: text(63),
    instance: z
      .string()
      .regex(/^[\w.:-]{1,200}$/, 'must be the id that the cloud gives to the database')
      .optional()
      .describe(
        "id of the database in its cloud, which the export's permission names: on AWS db-… or cluster-…",
      ),
    ca: z
      .string()
      .max(100_000)
      .regex(/^-----BEGIN CERTIFICATE-----/, 'must be PEM')
      .optional()
      .describe("authority of the server's certificate, PEM; the cloud's own by default"),
    auth: z.union([
      z.literal('iam'),
      z.strictObject({ secret: text(500).describe('name or ARN of a secret; never the password itself') }),
    ]),
  })
  .describe('the source database');

/** Everything that an environment decides. */
export const environmentSchema = z
  .strictObject({
    name: word(16).describe('name of the environment, as its file in stacks/config'),
    suffix: word(12)
      .optional()
      .describe('a second copy of the environment beside it, such as one of a branch; part of every name'),
    stage: z
      .enum(ENVIRONMENTS)
      .optional()
      .describe("the blueprint's overrides that apply; those of the environment's own name by default"),
    cloud: cloudSchema,
    database: database.optional().describe('the source database; the local target embeds its own'),
    callers: z.array(text(500)).max(100).default([]).describe('identities that may score'),
    approvers: z
      .array(text(254))
      .max(100)
      .default([])
      .describe('identities that may approve a version, where approverMustDiffer is true'),
    starters: z
      .array(text(254))
      .max(100)
      .default([])
      .describe('identities that may start a training by hand'),
    approverMustDiffer: z
      .boolean()
      .default(false)
      .describe('only the approvers may approve a version, and they may not start a training'),
    alertTo: z.array(email).max(20).default([]).describe('who is notified when something is wrong'),
    dashboard: z.boolean().default(true).describe('whether the model has a dashboard'),
    budget: z
      .strictObject({
        monthly: z.number().positive().max(1e9),
        currency: z.enum(['USD', 'EUR']).default('USD'),
      })
      .optional()
      .describe('an alert is sent before this is spent'),
    encryption: z.enum(['provider', 'customer']).default('provider').describe('whose key data at rest has'),
    removal: z
      .enum(['destroy', 'retain'])
      .default('destroy')
      .describe('what happens to data when the stack goes'),
    logRetentionDays: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .describe('how long logs are kept; a cloud has some of these periods only'),
    retention: retentionSchema,
    stateBackend: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('local') }),
        z.strictObject({ type: z.literal('gcs'), bucket: name, prefix: text(200).default('mlops') }),
        z.strictObject({
          type: z.literal('azurerm'),
          resourceGroup: text(90),
          storageAccount: z.string().regex(/^[a-z0-9]{3,24}$/, 'must be 3 to 24 letters and digits'),
          container: name,
        }),
      ])
      .default({ type: 'local' })
      .describe("where Terraform's state is; CDK keeps none"),
    scoringImage: z
      .string()
      .max(500)
      .regex(/@sha256:[0-9a-f]{64}$/, 'must be pinned by digest: …@sha256:…')
      .optional()
      .describe('container image of the scoring service, tier large'),
    promotion: z
      .enum(['train-per-environment', 'promote-model'])
      .default('train-per-environment')
      .describe('each environment trains on its own data, or prod imports an approved bundle'),
    tags: z.record(tagName, z.string().max(255)).default({}).describe('on every resource'),
    requiredTags: z
      .array(tagName)
      .max(50)
      .default([])
      .describe('tags that your organisation demands; an environment without one of them is refused'),
  })
  .describe('an environment')
  .meta({ title: 'Environment' });

export type Environment = z.infer<typeof environmentSchema>;
export type EnvironmentInput = z.input<typeof environmentSchema>;
export type Cloud = Environment['cloud']['provider'];

/** Name of an environment with its suffix: what its resources are named by. */
export const environmentId = ({ name, suffix }: Pick<Environment, 'name' | 'suffix'>): string =>
  suffix === undefined ? name : `${name}-${suffix}`;

/** An environment as people type it after `--env`: `dev`, and `dev/pr-42` for a second copy. */
export const typedName = ({ name, suffix }: Pick<Environment, 'name' | 'suffix'>): string =>
  suffix === undefined ? name : `${name}/${suffix}`;

/** The blueprint's overrides that apply in an environment; undefined where it has none. */
export const stageOf = ({
  name,
  stage,
}: Pick<Environment, 'name' | 'stage'>): OverriddenEnvironment | undefined =>
  stage ?? ENVIRONMENTS.find((one) => one === name);
