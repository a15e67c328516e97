/** The place where a model runs, and its settings there: one strict schema for every environment. Nothing is looked up. */

import * as z from 'zod';
import { ENVIRONMENTS, type OverriddenEnvironment } from '../../blueprints/index.ts';
import { cloudSchema } from './cloud-schema.ts';
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

const database = z
  .strictObject({
    host: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a host name'),
    port: z.int().min(1).max(65_535).default(5432),
    name: text(63),
    user: z
      .string()
      .max(63)
      .default('')
      .describe(
        "user that reads the tables; on Google Cloud and Azure always the login of the export's own identity",
      ),
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
