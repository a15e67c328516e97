/** Deliveries of Azure's platform to the functions of one world, by the runtime of an app. */

import { EVENTS_QUEUE } from '../../lambdas/apps.ts';
import type { HttpResponse } from '../../lambdas/core/http.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { AzureContext, LoadWork } from '../../lambdas/runtime/azure.ts';
import { cloudEvent, signedRequest } from './azure-events.ts';
import type { AppWorld, Deliveries, During } from './delivery.ts';

const contextOf = (functionName: string): AzureContext => ({
  invocationId: 'invocation-1',
  functionName,
  log: () => {},
});

export function azureDeliveries(
  load: (name: FunctionName) => ReturnType<LoadWork>,
  during: During,
  { createPorts, root }: AppWorld,
): Deliveries {
  /** Loaded with the functions: a test that resets modules gets classes of errors of its own. */
  let app: ReturnType<typeof loadApp> | undefined;
  const loadApp = async () => {
    const { azureRuntime, BY_NOBODY } = await import('../../lambdas/runtime/azure.ts');
    const http = await import('../../lambdas/runtime/azure-http.ts');
    const triggers = await import('../../lambdas/runtime/azure-triggers.ts');
    return { runtime: azureRuntime(createPorts, root, {}), BY_NOBODY, ...http, ...triggers };
  };
  const appOf = () => {
    app ??= loadApp();
    return app;
  };
  const workOf =
    (name: FunctionName): LoadWork =>
    () =>
      load(name);

  /** A step's result goes through JSON. */
  const call = (name: FunctionName, event: unknown): Promise<unknown> =>
    during(name, async () => {
      const { runtime } = await appOf();
      const result = await runtime.call(contextOf(name), workOf(name), event);
      return JSON.parse(JSON.stringify(result ?? null)) as unknown;
    });

  /** Fails as the other clouds do. */
  const post = (name: 'approve' | 'release', body: unknown, fields = {}): Promise<unknown> =>
    during(name, async () => {
      const { runtime, callHandler } = await appOf();
      const handler = callHandler(runtime, workOf(name), fields);
      const answer = await handler(signedRequest('POST', `/${name}`, body), contextOf(name));
      if (answer.status === 200) return JSON.parse(answer.body) as unknown;
      throw Object.assign(new Error(answer.body), {
        name: answer.status === 503 ? 'Retryable' : 'Permanent',
      });
    });

  const approve = (version: number) => post('approve', { version });
  return {
    call,
    request: (method, path, body) =>
      during('score', async () => {
        const { runtime, requestHandler, BY_NOBODY } = await appOf();
        const { work } = await load('score');
        const handler = requestHandler(
          runtime,
          (host, request) => work(host, request, BY_NOBODY) as Promise<HttpResponse>,
        );
        return handler(signedRequest(method, path, body), contextOf('score'));
      }),
    approve,
    approveByHand: approve,
    tell: (event) =>
      during('release', async () => {
        const { runtime, messageHandler, BY_NOBODY } = await appOf();
        const handler = messageHandler(runtime, EVENTS_QUEUE.attempts, async (host, message) =>
          (await load('release')).work(host, message, BY_NOBODY),
        );
        return handler(cloudEvent(event), contextOf('events'));
      }),
    async alarm() {}, // alarms notify people, and reach no function
    rollback: (id) => post('release', { id }, { kind: 'rollback' }),
    async close() {},
  };
}
