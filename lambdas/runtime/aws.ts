/** AWS Lambda around a use case: event in, input out; errors in the words that Step Functions retries by. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput, RuntimeFailure } from '../core/errors.ts';
import type { FunctionConfig } from '../core/function-config.ts';
import type { CreatePorts, Host } from './host.ts';

/** What this runtime uses of Lambda's context. */
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
      throw cloudError(error, host, context);
    }
  };
}

function createHost(createPorts: CreatePorts, env: Readonly<Record<string, string | undefined>>): Host {
  const folder = env.LAMBDA_TASK_ROOT ?? '.';
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as FunctionConfig; // deployed with the code
  const identity = `lambda:${env.AWS_LAMBDA_FUNCTION_NAME ?? 'unknown'}`;
  return { ports: createPorts(env, config), config, identity };
}

/** A failure as Lambda tells it on: `errorType` is its name. */
export class CloudError extends Error {
  override readonly name: 'Retryable' | 'Permanent';

  constructor(name: CloudError['name'], message: string, cause: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

/** What Step Functions and the logs are told; of an unexpected error only its kind, for its message may quote data. */
function cloudError(error: unknown, host: Host | undefined, { awsRequestId }: LambdaContext): CloudError {
  const { code, message, fix, retryable } = describe(error);
  host?.ports.logger.error('function.failed', { code, message, requestId: awsRequestId, retryable });
  return new CloudError(retryable ? 'Retryable' : 'Permanent', JSON.stringify({ code, message, fix }), error);
}

function describe(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly retryable: boolean;
} {
  if (error instanceof RuntimeFailure) return error;
  if (error instanceof InvalidInput) {
    const [first] = error.problems;
    return { code: first?.code ?? 'input/invalid', message: error.message, retryable: false };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return { code: 'function/unexpected', message: `unexpected ${kind}`, retryable: false };
}
