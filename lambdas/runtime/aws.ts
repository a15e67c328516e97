/** AWS Lambda around a use case: event in, input out; errors in the words that Step Functions retries by. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeFailure } from '../core/errors.ts';
import type { FunctionConfig } from '../core/function-config.ts';
import { type CloudError, cloudError } from './cloud-error.ts';
import type { CreatePorts, Host } from './host.ts';

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
export function awsHandler<Answer>(
  createPorts: CreatePorts,
  work: (host: Host, event: unknown, context: LambdaContext) => Promise<Answer>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LambdaHandler<Answer> {
  let host: Host | undefined;
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

function createHost(createPorts: CreatePorts, env: Readonly<Record<string, string | undefined>>): Host {
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

/** Reads the configuration. It was deployed with the code, so only its version is checked. */
function readConfig(file: string): FunctionConfig {
  try {
    const config = JSON.parse(readFileSync(file, 'utf8')) as FunctionConfig;
    if (config.schemaVersion === 1) return config;
  } catch (cause) {
    throw badConfig(file, cause);
  }
  throw badConfig(file);
}

const badConfig = (file: string, cause?: unknown): RuntimeFailure =>
  new RuntimeFailure('config/unreadable', `${file} is not the configuration of a function`, {
    fix: 'deploy the function again',
    cause,
  });
