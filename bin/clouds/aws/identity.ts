/** Who the credentials are, where, and whether this clock agrees with AWS's. */

import type { STSClient } from '@aws-sdk/client-sts';
import { MISSING_TYPES } from '../../../constructs/config/limits/aws-regions.ts';
import type { Environment } from '../../../constructs/config/schema.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import { type CheckOutcome, fail, pass, skipped, warn } from '../../doctor/check.ts';
import { loadOptional } from './optional-package.ts';
import type { ClientOptions } from './sdk.ts';

/** The environment's place on AWS. */
export type Aws = Extract<Environment['cloud'], { readonly provider: 'aws' }>;

/** Who the credentials are. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  /** Undefined when neither the environment nor the credentials give one. */
  readonly region: string | undefined;
  /** The service's clock less ours, ms; undefined when its reply had no date. */
  readonly skewMs: number | undefined;
}

/** Used when no region is given; the identity is the same everywhere. */
const ANY_REGION = 'us-east-1';
const SIGN_IN =
  "sign in (aws sso login, or AWS_PROFILE) and check that 'aws sts get-caller-identity' succeeds";
/** Requests are signed with the time, which may be wrong by so much (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html). */
const MAX_SKEW_MS = 300_000;
const SKEW_NOTICE_MS = 60_000;

export const loadSts = () => loadOptional(() => import('@aws-sdk/client-sts'), '@aws-sdk/client-sts');

/**
 * Asks STS.
 *
 * @param now - Unix ms.
 * @throws what the SDK throws without credentials
 */
export async function identify(
  cloud: Aws,
  client: ClientOptions | undefined,
  now: () => number,
  signal: AbortSignal,
): Promise<Identity> {
  const { STSClient, GetCallerIdentityCommand } = await loadSts();
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
  const { STSClient } = await loadSts();
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

/** Whether the credentials are of the account that the environment names. */
export async function checkIdentity(
  cloud: Aws,
  environment: string,
  who: () => Promise<Identity>,
): Promise<CheckOutcome> {
  let identity: Identity;
  try {
    identity = await who();
  } catch (error) {
    if (error instanceof RuntimeFailure) throw error; // no SDK: it says how to install one
    const text = error instanceof Error ? error.message : String(error);
    return fail(`could not read the caller identity: ${text.split('\n')[0]}`, SIGN_IN);
  }
  const { account, arn } = identity;
  if (cloud.account === undefined)
    return warn(
      `${arn}; any account would do, because the environment names none`,
      `give cloud.account and cloud.region in stacks/config/${environment}.ts`,
    );
  return cloud.account === account
    ? pass(`${arn}, as the environment requires`)
    : fail(
        `${arn} is of account ${account}, the environment is ${cloud.account}`,
        `use credentials of account ${cloud.account}`,
      );
}

/** Whether it is known where to deploy. */
export async function checkRegion(
  cloud: Aws,
  environment: string,
  client: ClientOptions | undefined,
): Promise<CheckOutcome> {
  const region = await regionOf(cloud, client);
  if (region === undefined)
    return fail('no region is given', `give cloud.region in stacks/config/${environment}.ts, or AWS_REGION`);
  const missing = MISSING_TYPES[region];
  if (missing === undefined)
    return fail(
      `'${region}' has no schemas of CloudFormation that are known here`,
      `set cloud.region in stacks/config/${environment}.ts to one that cdk synth accepts`,
    );
  if (missing.length > 0)
    return warn(
      `CloudFormation lacks ${missing.join(', ')} in ${region}`,
      `set cloud.region in stacks/config/${environment}.ts to '${region}': cdk synth then lists what it refuses or leaves out`,
    );
  return pass(
    cloud.region === undefined
      ? `${region}, of the credentials that deploy`
      : `${region}, as the environment requires`,
  );
}

/** Whether requests that are signed here will be taken. */
export function checkClock(skewMs: number | undefined): CheckOutcome {
  if (skewMs === undefined) return skipped('the reply had no date');
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const evidence = `this clock is ${seconds} s ${skewMs < 0 ? 'fast' : 'slow'}`;
  const fix = 'set the clock by NTP: requests are refused beyond five minutes';
  if (Math.abs(skewMs) > MAX_SKEW_MS) return fail(evidence, fix);
  return Math.abs(skewMs) > SKEW_NOTICE_MS
    ? warn(evidence, fix)
    : pass(`within ${Math.max(seconds, 1)} s of AWS's`);
}
