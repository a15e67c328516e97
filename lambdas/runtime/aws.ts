/** AWS Lambda around a use case: event in, input out; errors in the words that Step Functions retries by. */

import { join } from 'node:path';
import { type CloudError, cloudError } from './cloud-error.ts';
import type { CloudPorts, CreatePorts, Host } from './host.ts';
import { readConfig } from './read-config.ts';

/** The fields of Lambda's context that this runtime uses. */
export interface LambdaContext {
  readonly awsRequestId: string;
}

export type LambdaHandler<Answer> = (event: unknown, context: LambdaContext) => Promise<Answer>;

/**
 * A handler that reads its configuration and makes its ports at the first event, and waits before each answer until
 * everything is written: the sandbox stands still afterwards.
 *
 * @throws CloudError `Retryable` or `Permanent`; its message is JSON `{code, message, fix}`
 */
export function awsHandler<Answer, Of extends CloudPorts>(
  createPorts: CreatePorts<Of>,
  work: (host: Host<Of>, event: unknown, context: LambdaContext) => Promise<Answer>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LambdaHandler<Answer> {
  let host: Host<Of> | undefined;
  return async (event, context) => {
    try {
      host ??= createHost(createPorts, env);
      const answer = await work(host, event, context);
      await host.ports.settled();
      return answer;
    } catch (error) {
      await host?.ports.settled().catch(() => {}); // what failed is toCloudError already
      throw toCloudError(error, host, context);
    }
  };
}

function createHost<Of extends CloudPorts>(
  createPorts: CreatePorts<Of>,
  env: Readonly<Record<string, string | undefined>>,
): Host<Of> {
  const config = readConfig(join(env.LAMBDA_TASK_ROOT ?? '.', 'config.json'));
  const identity = `lambda:${env.AWS_LAMBDA_FUNCTION_NAME ?? 'unknown'}`;
  return { ports: createPorts(env, config), config, identity };
}

/** Notes a failure and gives it the name that it is retried by. */
function toCloudError(error: unknown, host: Host | undefined, { awsRequestId }: LambdaContext): CloudError {
  const failure = cloudError(error);
  host?.ports.logger.error('function.failed', {
    ...failure.facts,
    retryable: failure.name === 'Retryable',
    requestId: awsRequestId,
  });
  return failure;
}
