import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { DeadLetterBox } from '../../dead-letters/dead-letter.ts';
import { deadLettersOf } from './dead-letters.ts';
import { loadOptional } from './optional-package.ts';
import type { ClientOptions } from './sdk.ts';
import { signIn } from './sign-in.ts';

const PACKAGES = ['cloudformation', 'eventbridge', 'lambda', 'sfn', 'sqs', 'sts'].map(
  (name) => `@aws-sdk/client-${name}`,
);

/**
 * Opens the dead letters of a deployed model.
 *
 * @throws RuntimeFailure `aws/credentials` without a sign-in; `aws/wrong-account`; `aws/not-installed`
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
  const [cloudFormation, events, lambda, workflows, sqs] = await loadOptional(load, ...PACKAGES);
  const { options, pathStyle: _, ...identity } = await signIn(config, given);
  return deadLettersOf(config, identity, {
    cloudFormation: new cloudFormation.CloudFormationClient(options),
    events: new events.EventBridgeClient(options),
    lambda: new lambda.LambdaClient(options),
    workflows: new workflows.SFNClient(options),
    sqs: new sqs.SQSClient(options),
  });
}
