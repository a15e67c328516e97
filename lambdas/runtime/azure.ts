/** An app of Azure Functions around use cases: one host for all functions, and failures by the name that they are retried by. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import type { FunctionConfig } from '../core/function-config.ts';
import type { LogFields } from '../ports/logger.ts';
import { type CloudError, cloudError } from './cloud-error.ts';
import type { CloudPorts, Host } from './host.ts';
import { readConfig } from './read-config.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The fields of an invocation's context that this runtime uses (`InvocationContext` of the package @azure/functions). */
export interface AzureContext {
  readonly invocationId: string;
  readonly functionName: string;
  /** Files a line under this invocation. */
  log(line: string): void;
}

/** One call of a function. */
export interface AzureCall {
  /** `entra:<object id>` of the caller, whom the platform has signed in; undefined where no person or service calls. */
  readonly caller: string | undefined;
}

/** The work of a function, as `lambdas/<function>/azure.ts` exports it. Its input is of the function's own form. */
export type AzureWork = (host: Host, input: unknown, call: AzureCall) => Promise<unknown>;

/** Loads the work of a function when it is first called: `() => import('../train/azure.ts')`. */
export type LoadWork = () => Promise<{ readonly work: AzureWork }>;

/** Makes the ports of an app. Log lines go to `write`, one without its line break. */
export type CreateAzurePorts = (
  env: Env,
  config: FunctionConfig,
  write: (line: string) => void,
) => CloudPorts;

/** The functions of one app in one process. */
export interface AzureRuntime {
  /** Returns the host, made at the first call from the configuration in the app's folder and the environment. */
  hostOf(context: AzureContext): Host;
  /**
   * Does work in an invocation: its log lines are the invocation's, and it ends when everything is written.
   *
   * @param lost - The message whose last try this is, which a failure logs as `message.lost`.
   * @throws CloudError `Retryable` or `Permanent`, logged as `function.failed`; its message is JSON `{code, message, fix}`
   */
  during<Answer>(
    context: AzureContext,
    work: (host: Host) => Promise<Answer>,
    lost?: LogFields,
  ): Promise<Answer>;
  /** The same for the work of a function. */
  call(context: AzureContext, load: LoadWork, input: unknown, call?: AzureCall): Promise<unknown>;
}

/** The call of a timer, a message or another function. */
export const BY_NOBODY: AzureCall = { caller: undefined };

/**
 * The runtime of an app.
 *
 * @param folder - The app's own, with `config.json`: `import.meta.dirname` of its entry. The worker's working directory is
 *   the app's only where it was specialized (Azure/azure-functions-nodejs-worker, FunctionEnvironmentReloadHandler.ts).
 */
export function azureRuntime(
  createPorts: CreateAzurePorts,
  folder: string,
  env: Env = process.env,
): AzureRuntime {
  const invocation = new AsyncLocalStorage<AzureContext>();
  let host: Host | undefined;

  /** A line outside an invocation goes to the console, which the platform files without a function's name. */
  const write = (line: string): void => (invocation.getStore() ?? console).log(line);

  function hostOf(): Host {
    if (host !== undefined) return host;
    const config = readConfig(join(folder, 'config.json'));
    host = {
      ports: createPorts(env, config, write),
      config,
      identity: `app:${env.WEBSITE_SITE_NAME ?? 'unknown'}`,
    };
    return host;
  }

  const during: AzureRuntime['during'] = (context, work, lost) =>
    invocation.run(context, async () => {
      try {
        const answer = await work(hostOf());
        await hostOf().ports.settled();
        return answer;
      } catch (error) {
        await host?.ports.settled().catch(() => {}); // what failed first is reported
        const failure = cloudError(error);
        logFailed(host, context, failure);
        if (lost !== undefined)
          logError(host, context, 'message.lost', { ...lost, code: failure.facts.code });
        throw failure;
      }
    });

  return {
    hostOf: (context) => invocation.run(context, hostOf),
    during,
    call: (context, load, input, call = BY_NOBODY) =>
      during(context, async (made) => (await load()).work(made, input, call)),
  };
}

function logFailed(host: Host | undefined, context: AzureContext, { name, facts }: CloudError): void {
  const { invocationId: requestId, functionName } = context;
  const retryable = name === 'Retryable';
  logError(host, context, 'function.failed', { ...facts, retryable, requestId, function: functionName });
}

/** An app without a readable configuration has no logger either. */
function logError(host: Host | undefined, context: AzureContext, event: string, fields: LogFields): void {
  if (host !== undefined) host.ports.logger.error(event, fields);
  else context.log(JSON.stringify({ severity: 'CRITICAL', event, ...fields }));
}
