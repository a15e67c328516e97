/** Checks of the account: each asks the service that knows, with the credentials that would deploy. */

import type { STSClient } from '@aws-sdk/client-sts';
import { AWS_REGIONS } from '../../../stacks/config/aws-limits.ts';
import type { Environment } from '../../../stacks/config/schema.ts';
import { loadOptional } from '../optional-package.ts';
import { type ClientOptions, isNamed, quietSdk } from '../sdk.ts';
import { type Check, fail, type Outcome, pass, skipped, warn } from './check.ts';

type Aws = Extract<Environment['cloud'], { readonly provider: 'aws' }>;

export interface AccountOptions {
  readonly environment: Environment;
  /** Unix ms. */
  readonly now: () => number;
  /** Of every SDK client. @default - what the SDK finds itself */
  readonly client?: ClientOptions;
}

/** Who the credentials are, and when the service said so. */
interface Identity {
  readonly account: string;
  readonly arn: string;
  /** Undefined where neither the environment nor the credentials say. */
  readonly region: string | undefined;
  /** The service's clock less ours, ms; undefined when it did not say. */
  readonly skewMs: number | undefined;
}

/** An account in a region. */
type Place = Identity & { readonly region: string };

/** Whoever has no region is asked for here; the answer is the same everywhere. */
const ANY_REGION = 'us-east-1';
const SIGN_IN = "sign in (aws sso login, or AWS_PROFILE) and see that 'aws sts get-caller-identity' answers";
/** Templates for `cdk deploy` ask for it (aws-cdk-lib's DefaultStackSynthesizer). */
export const BOOTSTRAP_VERSION = 6;
/** Requests are signed with the time, which may be wrong by so much (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html). */
const MAX_SKEW_MS = 300_000;
const SKEW_NOTICE_MS = 60_000;
/** "Concurrent executions" of Lambda in Service Quotas. */
const CONCURRENCY_QUOTA = 'L-B99A9384';
/** A tenth of what an account has by default; new ones have 10 (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const ENOUGH_CONCURRENCY = 100;
/** The most memory that a new account's functions may have; no service tells an account's own limit, a deploy does. */
export const MOST_MEMORY_MB = 3_008;

export function accountChecks(options: AccountOptions): Check[] {
  const { environment } = options;
  const { cloud } = environment;
  if (cloud.provider !== 'aws') return [];
  quietSdk();
  let asked: Promise<Identity> | undefined;
  const who = (signal: AbortSignal): Promise<Identity> => {
    asked ??= identify(cloud, options, signal);
    return asked;
  };
  const check = (
    id: string,
    run: (place: Place, signal: AbortSignal) => Promise<Outcome> | Outcome,
  ): Check => ({
    id,
    run: async (signal) => {
      const identity = await who(signal).catch(() => undefined);
      if (identity === undefined) return skipped('who you are is not known: see identity');
      const { region } = identity;
      return region === undefined
        ? skipped('no region is given: see region')
        : run({ ...identity, region }, signal);
    },
  });
  const client = (region: string) => ({ ...options.client, region });
  return [
    { id: 'identity', run: async (signal) => checkIdentity(cloud, environment.name, () => who(signal)) },
    { id: 'region', run: () => checkRegion(cloud, environment.name, options) },
    check('clock', ({ skewMs }) => checkClock(skewMs)),
    check('bootstrap', (identity, signal) =>
      checkBootstrap(cloud, identity, client(identity.region), signal),
    ),
    check('deploy-role', (identity, signal) =>
      checkDeployRole(cloud, identity, client(identity.region), signal),
    ),
    check('lambda-concurrency', ({ region }, signal) => checkConcurrency(client(region), signal)),
    check('service-quotas', ({ region }, signal) => checkQuotas(client(region), signal)),
    check('lambda-memory', () =>
      pass(`functions ask for at most ${MOST_MEMORY_MB} MB, which accounts of any age have`),
    ),
    customerKey(environment, cloud, (run) => check('customer-key', run), client),
  ];
}

const sts = () => loadOptional(() => import('@aws-sdk/client-sts'), '@aws-sdk/client-sts');

async function identify(cloud: Aws, { client, now }: AccountOptions, signal: AbortSignal): Promise<Identity> {
  const { STSClient, GetCallerIdentityCommand } = await sts();
  const region = await regionOf(cloud, client);
  const asked = new STSClient({ ...client, region: region ?? ANY_REGION, maxAttempts: 2 });
  const skew = listenForTime(asked, now);
  const { Account = '', Arn = '' } = await asked.send(new GetCallerIdentityCommand({}), {
    abortSignal: signal,
  });
  return { account: Account, arn: Arn, region, skewMs: skew() };
}

/** The environment's region, or the one of the credentials. */
async function regionOf(cloud: Aws, client: ClientOptions | undefined): Promise<string | undefined> {
  const { STSClient } = await sts();
  return cloud.region ?? client?.region ?? (await new STSClient({}).config.region().catch(() => undefined));
}

/** Reads the `Date` of signed replies against our clock half-way through. */
function listenForTime(client: STSClient, now: () => number): () => number | undefined {
  let skewMs: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const sent = now();
      const result = await next(args);
      const reply = result.response as { readonly headers?: Readonly<Record<string, string>> } | undefined; // an HTTP reply
      const date = Date.parse(reply?.headers?.date ?? '');
      if (!Number.isNaN(date)) skewMs = date - (sent + now()) / 2;
      return result;
    },
    { step: 'deserialize', name: 'clockSkew', priority: 'low' },
  );
  return () => skewMs;
}

async function checkIdentity(cloud: Aws, name: string, who: () => Promise<Identity>): Promise<Outcome> {
  let identity: Identity;
  try {
    identity = await who();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return fail(`no answer to who you are: ${text.split('\n')[0]}`, SIGN_IN);
  }
  const { account, arn } = identity;
  if (cloud.account === undefined)
    return warn(
      `${arn}; any account would do, because the environment names none`,
      `give cloud.account and cloud.region in stacks/config/${name}.ts`,
    );
  return cloud.account === account
    ? pass(`${arn}, as the environment says`)
    : fail(
        `${arn} is of account ${account}, the environment is ${cloud.account}`,
        `use credentials of account ${cloud.account}`,
      );
}

async function checkRegion(cloud: Aws, name: string, { client }: AccountOptions): Promise<Outcome> {
  const region = await regionOf(cloud, client);
  if (region === undefined)
    return fail('no region is given', `give cloud.region in stacks/config/${name}.ts, or AWS_REGION`);
  if (!AWS_REGIONS.includes(region))
    return fail(`'${region}' is no region that is known here`, 'mend its name');
  return pass(
    cloud.region === undefined
      ? `${region}, of the credentials that deploy`
      : `${region}, as the environment says`,
  );
}

function checkClock(skewMs: number | undefined): Outcome {
  if (skewMs === undefined) return skipped('the reply had no date');
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const evidence = `this clock is ${seconds} s ${skewMs < 0 ? 'fast' : 'slow'}`;
  const fix = 'set the clock by NTP: requests are refused beyond five minutes';
  if (Math.abs(skewMs) > MAX_SKEW_MS) return fail(evidence, fix);
  return Math.abs(skewMs) > SKEW_NOTICE_MS
    ? warn(evidence, fix)
    : pass(`within ${Math.max(seconds, 1)} s of AWS's`);
}

type Client = ClientOptions & { readonly region: string };

async function checkBootstrap(
  cloud: Aws,
  identity: Place,
  client: Client,
  signal: AbortSignal,
): Promise<Outcome> {
  const { qualifier } = cloud;
  const name = `/cdk-bootstrap/${qualifier}/version`;
  const own = qualifier === 'hnb659fds' ? '' : ` --qualifier ${qualifier}`;
  const fix = `npx cdk bootstrap aws://${identity.account}/${identity.region}${own}`;
  const { SSMClient, GetParameterCommand } = await loadOptional(
    () => import('@aws-sdk/client-ssm'),
    '@aws-sdk/client-ssm',
  );
  try {
    const { Parameter } = await new SSMClient(client).send(new GetParameterCommand({ Name: name }), {
      abortSignal: signal,
    });
    const version = Number(Parameter?.Value);
    return version >= BOOTSTRAP_VERSION
      ? pass(`version ${version} in ${identity.region}, at least ${BOOTSTRAP_VERSION} is needed`)
      : fail(`${name} is '${Parameter?.Value}', at least ${BOOTSTRAP_VERSION} is needed`, fix);
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound'))
      return fail(`${identity.account}/${identity.region} is not bootstrapped: there is no ${name}`, fix);
    return denied(error, 'ssm:GetParameter', name);
  }
}

async function checkDeployRole(
  cloud: Aws,
  identity: Place,
  client: Client,
  signal: AbortSignal,
): Promise<Outcome> {
  const { account, region } = identity;
  const [, partition = 'aws'] = identity.arn.split(':');
  const role = `arn:${partition}:iam::${account}:role/cdk-${cloud.qualifier}-deploy-role-${account}-${region}`;
  const { STSClient, AssumeRoleCommand } = await sts();
  try {
    await new STSClient(client).send(
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'mlops-doctor', DurationSeconds: 900 }),
      { abortSignal: signal },
    );
    return pass(`${role} can be assumed`);
  } catch (error) {
    if (!isDenied(error)) throw error;
    return warn(
      `${role} cannot be assumed, so the CDK would deploy with your own rights`,
      `allow ${identity.arn} sts:AssumeRole on it, or bootstrap with --trust for its account`,
    );
  }
}

async function checkConcurrency(client: Client, signal: AbortSignal): Promise<Outcome> {
  const { LambdaClient, GetAccountSettingsCommand } = await loadOptional(
    () => import('@aws-sdk/client-lambda'),
    '@aws-sdk/client-lambda',
  );
  try {
    const { AccountLimit } = await new LambdaClient(client).send(new GetAccountSettingsCommand({}), {
      abortSignal: signal,
    });
    const free = AccountLimit?.UnreservedConcurrentExecutions;
    if (free === undefined) return skipped('Lambda did not say how much is left');
    const evidence = `${free} functions may run at once beside what others have reserved`;
    return free >= ENOUGH_CONCURRENCY
      ? pass(evidence)
      : warn(
          `${evidence}: requests beyond that are refused`,
          `aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${CONCURRENCY_QUOTA} --desired-value 1000`,
        );
  } catch (error) {
    return denied(error, 'lambda:GetAccountSettings', 'the account');
  }
}

async function checkQuotas(client: Client, signal: AbortSignal): Promise<Outcome> {
  const { ServiceQuotasClient, GetServiceQuotaCommand } = await loadOptional(
    () => import('@aws-sdk/client-service-quotas'),
    '@aws-sdk/client-service-quotas',
  );
  try {
    const { Quota } = await new ServiceQuotasClient(client).send(
      new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: CONCURRENCY_QUOTA }),
      { abortSignal: signal },
    );
    return pass(`answers: ${Quota?.Value ?? '?'} concurrent executions are allowed`);
  } catch (error) {
    if (isNamed(error, 'NoSuchResourceException')) return skipped('it knows no quota of Lambda here');
    if (isDenied(error)) return denied(error, 'servicequotas:GetServiceQuota', 'lambda');
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return warn(`no answer, which a deploy does not need: ${text}`, 'look up quotas in the console');
  }
}

/** Services that use the key in their own name, as constructs/aws/encryption-key.ts lists them, and CloudWatch Logs. */
export const KEY_USERS = [
  'cloudwatch',
  'events',
  'scheduler',
  'budgets',
  'firehose',
  'sns',
  'sqs',
  'logs',
] as const;

function customerKey(
  { encryption }: Environment,
  { keyArn }: Aws,
  asKnown: (run: (identity: Place, signal: AbortSignal) => Promise<Outcome>) => Check,
  client: (region: string) => Client,
): Check {
  const skip = (why: string): Check => ({ id: 'customer-key', run: () => skipped(why) });
  if (encryption === 'provider') return skip("data at rest has the provider's keys");
  if (keyArn === undefined) return skip('the data stack makes a key with the policy that it needs');
  return asKnown(({ region }, signal) => checkKey(keyArn, client(region), signal));
}

async function checkKey(keyArn: string, client: Client, signal: AbortSignal): Promise<Outcome> {
  const { KMSClient, GetKeyPolicyCommand } = await loadOptional(
    () => import('@aws-sdk/client-kms'),
    '@aws-sdk/client-kms',
  );
  try {
    const { Policy = '' } = await new KMSClient(client).send(
      new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }),
      { abortSignal: signal },
    );
    const missing = KEY_USERS.filter(
      (service) => !new RegExp(`"${service}\\.([a-z0-9-]+\\.)?amazonaws\\.com`).test(Policy),
    );
    return missing.length === 0
      ? pass(`the policy of ${keyArn} names every service that uses it`)
      : fail(
          `the policy of ${keyArn} does not name ${missing.join(', ')}: what they write is dropped or refused`,
          `allow ${missing.map((one) => `${one}.amazonaws.com`).join(', ')} kms:Decrypt and kms:GenerateDataKey, confined by aws:SourceAccount`,
        );
  } catch (error) {
    if (isNamed(error, 'NotFoundException')) return fail(`there is no key ${keyArn}`, 'mend cloud.keyArn');
    return denied(error, 'kms:GetKeyPolicy', keyArn);
  }
}

const isDenied = (error: unknown): boolean =>
  error instanceof Error && /^AccessDenied|^NoSuchEntity/.test(error.name);

/** A check that may not look is no failure of what it would have looked at. */
function denied(error: unknown, action: string, on: string): Outcome {
  if (!isDenied(error)) throw error;
  return warn(
    `you may not call ${action} on ${on}, so this was not looked at`,
    `allow ${action}, or have it looked at by somebody who may`,
  );
}
