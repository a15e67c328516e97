import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { typedName } from '../../../constructs/config/schema.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';
import type { DeadLetterBox } from '../../dead-letters/dead-letter.ts';
import type { Account } from '../../drain/drainable.ts';
import { deadLettersOf } from './dead-letters.ts';
import { drainedAccount, type SignedIn } from './drainables.ts';
import { loadOptional } from './optional-package.ts';
import { type ClientOptions, quietSdk } from './sdk.ts';

const packages = (names: readonly string[]) => names.map((name) => `@aws-sdk/client-${name}`);

/** Somebody who is signed in, and the options of clients in that place. */
export interface Session {
  readonly identity: SignedIn;
  readonly options: ClientOptions;
}

/**
 * Signs in to the account of the environment.
 *
 * @throws RuntimeFailure `aws/credentials` without a sign-in; `aws/wrong-account`; `aws/not-installed`
 */
export async function signIn(config: ResolvedConfig, given: ClientOptions = {}): Promise<Session> {
  const { environment } = config;
  const { cloud } = environment;
  if (cloud.provider !== 'aws') throw new Error(`environment '${environment.name}' is not on AWS`);
  quietSdk();
  const sts = await loadOptional(() => import('@aws-sdk/client-sts'), '@aws-sdk/client-sts');
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
  return { identity: { account, region, partition: Arn.split(':')[1] ?? 'aws' }, options };
}

/**
 * Opens the account of the environment for a drain.
 *
 * @throws RuntimeFailure as `signIn` does
 */
export async function openAccount(config: ResolvedConfig, given: ClientOptions = {}): Promise<Account> {
  const load = () =>
    Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/client-scheduler'),
      import('@aws-sdk/client-sagemaker'),
      import('@aws-sdk/client-sts'),
    ]);
  const [cloudFormation, s3, scheduler, sageMaker] = await loadOptional(
    load,
    ...packages(['cloudformation', 's3', 'scheduler', 'sagemaker', 'sts']),
  );
  const { identity, options } = await signIn(config, given);
  // An emulator at an address without names has its buckets in the path.
  const pathStyle = (given.endpoint ?? process.env.AWS_ENDPOINT_URL) !== undefined;
  return drainedAccount(config, identity, {
    cloudFormation: new cloudFormation.CloudFormationClient(options),
    s3: new s3.S3Client({ ...options, forcePathStyle: pathStyle }),
    scheduler: new scheduler.SchedulerClient(options),
    sageMaker: new sageMaker.SageMakerClient(options),
  });
}

/**
 * Opens the dead letters of a deployed model.
 *
 * @throws RuntimeFailure as `signIn` does
 */
export async function openDeadLetters(
  config: ResolvedConfig,
  given: ClientOptions = {},
): Promise<DeadLetterBox> {
  const load = () =>
    Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-eventbridge'),
      import('@aws-sdk/client-lambda'),
      import('@aws-sdk/client-sfn'),
      import('@aws-sdk/client-sqs'),
      import('@aws-sdk/client-sts'),
    ]);
  const [cloudFormation, events, lambda, workflows, sqs] = await loadOptional(
    load,
    ...packages(['cloudformation', 'eventbridge', 'lambda', 'sfn', 'sqs', 'sts']),
  );
  const { identity, options } = await signIn(config, given);
  return deadLettersOf(config, identity, {
    cloudFormation: new cloudFormation.CloudFormationClient(options),
    events: new events.EventBridgeClient(options),
    lambda: new lambda.LambdaClient(options),
    workflows: new workflows.SFNClient(options),
    sqs: new sqs.SQSClient(options),
  });
}
