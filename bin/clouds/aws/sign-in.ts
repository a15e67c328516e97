import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { typedName } from '../../../constructs/config/schema.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import type { SignedIn } from './drainables.ts';
import { type ClientOptions, quietSdk } from './sdk.ts';

/** An account that is open, and the options of clients in it. */
export interface SignIn extends SignedIn {
  readonly options: ClientOptions;
  /** An emulator at an address without names has its buckets in the path. */
  readonly pathStyle: boolean;
}

/**
 * Signs in to the account of the environment.
 *
 * @throws RuntimeFailure `aws/credentials` without a sign-in; `aws/wrong-account`
 */
export async function signIn({ environment }: ResolvedConfig, given: ClientOptions = {}): Promise<SignIn> {
  const { cloud } = environment;
  if (cloud.provider !== 'aws') throw new Error(`environment '${environment.name}' is not on AWS`);
  quietSdk();
  const sts = await import('@aws-sdk/client-sts');
  const options = { ...given, ...(cloud.region !== undefined && { region: cloud.region }) };
  const asked = new sts.STSClient(options);
  const { Account: account = '', Arn = '' } = await asked
    .send(new sts.GetCallerIdentityCommand({}))
    .catch((cause: unknown) => {
      const text = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
      throw new RuntimeFailure('aws/credentials', `could not read the caller identity: ${text}`, {
        fix: `sign in and set AWS_REGION, then run mlops doctor --env ${typedName(environment)}`,
        cause,
      });
    });
  if (cloud.account !== undefined && cloud.account !== account)
    throw new RuntimeFailure(
      'aws/wrong-account',
      `you are in account ${account}, environment '${environment.name}' is ${cloud.account}`,
      { fix: `use credentials of account ${cloud.account}` },
    );
  const region = await asked.config.region();
  const pathStyle = (given.endpoint ?? process.env.AWS_ENDPOINT_URL) !== undefined;
  return { account, region, partition: Arn.split(':')[1] ?? 'aws', options, pathStyle };
}
