import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { Account } from '../../drain/drainable.ts';
import { drainedAccount } from './drainables.ts';
import { loadOptional } from './optional-package.ts';
import type { ClientOptions } from './sdk.ts';
import { signIn } from './sign-in.ts';

const PACKAGES = ['cloudformation', 's3', 'scheduler', 'sagemaker', 'sts'].map(
  (name) => `@aws-sdk/client-${name}`,
);

/**
 * Opens the account of the environment.
 *
 * @throws RuntimeFailure `aws/credentials` without a sign-in; `aws/wrong-account`; `aws/not-installed`
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
  const [cloudFormation, s3, scheduler, sageMaker] = await loadOptional(load, ...PACKAGES);
  const { options, pathStyle, ...identity } = await signIn(config, given);
  return drainedAccount(config, identity, {
    cloudFormation: new cloudFormation.CloudFormationClient(options),
    s3: new s3.S3Client({ ...options, forcePathStyle: pathStyle }),
    scheduler: new scheduler.SchedulerClient(options),
    sageMaker: new sageMaker.SageMakerClient(options),
  });
}
