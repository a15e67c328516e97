/** Checks of the account: each asks the service that knows, with the credentials that would deploy. */

import { MOST_MEMORY_MB } from '../../../constructs/config/limits/aws-lambda.ts';
import type { Environment } from '../../../constructs/config/schema.ts';
import {
  type Check,
  type CheckId,
  type CheckOutcome,
  fail,
  pass,
  skipped,
  warn,
} from '../../doctor/check.ts';
import type { CheckOptions } from '../tools.ts';
import { checkSubscribers, deployedTopic, namedReaders } from './alert-topic.ts';
import { checkCustomerKey } from './customer-key.ts';
import { deniedOrThrow, isDenied } from './denied.ts';
import {
  type Aws,
  checkClock,
  checkIdentity,
  checkRegion,
  type Identity,
  identify,
  loadSts,
} from './identity.ts';
import { loadOptional } from './optional-package.ts';
import { type ClientOptions, isNamed, quietSdk } from './sdk.ts';
import { stackNamesOf } from './stack-names.ts';

export interface AccountOptions extends CheckOptions {
  /** Options of every SDK client. @default - found by the SDK itself */
  readonly client?: ClientOptions;
}

/** An account in a region. */
type Place = Identity & { readonly region: string };
type Client = ClientOptions & { readonly region: string };
type CheckPlace = (place: Place, client: Client, signal: AbortSignal) => Promise<CheckOutcome> | CheckOutcome;

/** Templates for `cdk deploy` ask for it (aws-cdk-lib's DefaultStackSynthesizer). */
export const BOOTSTRAP_VERSION = 6;
/** "Concurrent executions" of Lambda in Service Quotas. */
const CONCURRENCY_QUOTA = 'L-B99A9384';
/** A tenth of what an account has by default; new ones have 10 (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const ENOUGH_CONCURRENCY = 100;

export function accountChecks({ environment, now, client, load }: AccountOptions): Check[] {
  const { cloud, encryption, name } = environment;
  if (cloud.provider !== 'aws') return [];
  quietSdk();
  let asked: Promise<Identity> | undefined;
  const who = (signal: AbortSignal): Promise<Identity> => {
    asked ??= identify(cloud, client, now, signal);
    return asked;
  };
  const check = (id: CheckId, run: CheckPlace): Check => ({
    id,
    run: async (signal) => {
      const identity = await who(signal).catch(() => undefined);
      if (identity === undefined) return skipped('the caller identity is unknown: see identity');
      const { region } = identity;
      if (region === undefined) return skipped('no region is given: see region');
      return run({ ...identity, region }, { ...client, region }, signal);
    },
  });
  return [
    { id: 'identity', run: (signal) => checkIdentity(cloud, name, () => who(signal)) },
    { id: 'region', run: () => checkRegion(cloud, name, client) },
    check('clock', ({ skewMs }) => checkClock(skewMs)),
    check('bootstrap', (place, own, signal) => checkBootstrap(cloud, place, own, signal)),
    check('deploy-role', (place, own, signal) => checkDeployRole(cloud, place, own, signal)),
    check('lambda-concurrency', (_, own, signal) => checkConcurrency(own, signal)),
    check('service-quotas', (_, own, signal) => checkQuotas(own, signal)),
    check('lambda-memory', () => memoryOutcome(cloud.trainingMemoryMb)),
    customerKey(encryption, cloud.keyArn, check),
    alerts(environment, load, check),
  ];
}

/** No service shows an account's own limit before a deployment. */
function memoryOutcome(trainingMemoryMb: number): CheckOutcome {
  const evidence = `functions ask for at most ${trainingMemoryMb} MB`;
  return trainingMemoryMb <= MOST_MEMORY_MB
    ? pass(`${evidence}, which accounts of any age have`)
    : warn(
        `${evidence}; accounts have ${MOST_MEMORY_MB} MB when they are new, and no service shows their limit`,
        `ask AWS Support to raise the memory of Lambda functions, or set cloud.trainingMemoryMb to ${MOST_MEMORY_MB}`,
      );
}

function alerts(
  environment: Environment,
  load: AccountOptions['load'],
  check: (id: CheckId, run: CheckPlace) => Check,
): Check {
  const id = 'alerts';
  const { cloud } = environment;
  const nobody = namedReaders(environment);
  if (nobody !== undefined) return { id, run: () => nobody };
  return check(id, async (_, client, signal) => {
    const given = cloud.provider === 'aws' ? cloud.alertTopicArn : undefined;
    if (given !== undefined) return checkSubscribers(environment, given, client, signal);
    const config = await load().catch(() => undefined);
    if (config === undefined) return skipped('the model is not valid: see blueprint');
    const topic = await deployedTopic(stackNamesOf(config)[1], client);
    return typeof topic === 'string' ? checkSubscribers(environment, topic, client, signal) : topic;
  });
}

function customerKey(
  encryption: Environment['encryption'],
  keyArn: string | undefined,
  check: (id: CheckId, run: CheckPlace) => Check,
): Check {
  const id = 'customer-key';
  if (encryption === 'provider') return { id, run: () => skipped("data at rest has the provider's keys") };
  if (keyArn === undefined)
    return { id, run: () => skipped('the data stack makes a key with the policy that it needs') };
  return check(id, (_, client, signal) => checkCustomerKey(keyArn, client, signal));
}

async function checkBootstrap(
  cloud: Aws,
  identity: Place,
  client: Client,
  signal: AbortSignal,
): Promise<CheckOutcome> {
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
      return fail(`${identity.account}/${identity.region} is not bootstrapped: ${name} does not exist`, fix);
    return deniedOrThrow(error, 'ssm:GetParameter', name);
  }
}

async function checkDeployRole(
  cloud: Aws,
  identity: Place,
  client: Client,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const { account, region } = identity;
  const [, partition = 'aws'] = identity.arn.split(':');
  const role = `arn:${partition}:iam::${account}:role/cdk-${cloud.qualifier}-deploy-role-${account}-${region}`;
  const { STSClient, AssumeRoleCommand } = await loadSts();
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

async function checkConcurrency(client: Client, signal: AbortSignal): Promise<CheckOutcome> {
  const { LambdaClient, GetAccountSettingsCommand } = await loadOptional(
    () => import('@aws-sdk/client-lambda'),
    '@aws-sdk/client-lambda',
  );
  try {
    const { AccountLimit } = await new LambdaClient(client).send(new GetAccountSettingsCommand({}), {
      abortSignal: signal,
    });
    const free = AccountLimit?.UnreservedConcurrentExecutions;
    if (free === undefined) return skipped('Lambda did not report the unreserved concurrency');
    const evidence = `${free} functions may run at once beside what others have reserved`;
    return free >= ENOUGH_CONCURRENCY
      ? pass(evidence)
      : warn(
          `${evidence}: requests beyond that are refused`,
          `aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${CONCURRENCY_QUOTA} --desired-value 1000`,
        );
  } catch (error) {
    return deniedOrThrow(error, 'lambda:GetAccountSettings', 'the account');
  }
}

async function checkQuotas(client: Client, signal: AbortSignal): Promise<CheckOutcome> {
  const { ServiceQuotasClient, GetServiceQuotaCommand } = await loadOptional(
    () => import('@aws-sdk/client-service-quotas'),
    '@aws-sdk/client-service-quotas',
  );
  try {
    const { Quota } = await new ServiceQuotasClient(client).send(
      new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: CONCURRENCY_QUOTA }),
      { abortSignal: signal },
    );
    return pass(`${Quota?.Value ?? '?'} concurrent executions are allowed`);
  } catch (error) {
    if (isNamed(error, 'NoSuchResourceException'))
      return skipped('Service Quotas has no Lambda quota in this region');
    if (isDenied(error)) return deniedOrThrow(error, 'servicequotas:GetServiceQuota', 'lambda');
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return warn(
      `the quotas could not be read, which a deploy does not need: ${text}`,
      'read the quotas in the console',
    );
  }
}
