/** Cloud Run functions around a use case: request in, input out; errors by the status that callers retry by. */

import { join } from 'node:path';
import type { HttpRequest, HttpResponse } from '../core/http.ts';
import { cloudError } from './cloud-error.ts';
import { failureStatus, JSON_HEADERS } from './failure-status.ts';
import { type GcpCall, gcpCall } from './gcp-call.ts';
import { receiveRequest, sendAnswer } from './gcp-request.ts';
import { type GcpHandler, logFailure, takeServer } from './gcp-server.ts';
import type { CreatePorts, Host } from './host.ts';
import { readConfig } from './read-config.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A handler of events: POST of JSON to `/`, by Workflows, Cloud Scheduler, a Pub/Sub push or a person.
 *
 * The answer is 200 with the result as JSON. A failure is 503 where another attempt can succeed, 400 to 415 for a request
 * that is not of its form, and otherwise 500. Its body is `{code, message, fix}`.
 *
 * @param env - The function's environment. `K_SERVICE`, which Cloud Run sets, lets the handler take the server over.
 */
export function gcpHandler<Answer>(
  createPorts: CreatePorts,
  work: (host: Host, event: unknown, caller: GcpCall['caller']) => Promise<Answer>,
  env: Env = process.env,
): GcpHandler {
  return gcpServing(
    createPorts,
    async (host, request) => {
      const { event, caller } = gcpCall(request, host.ports.clock.now());
      const answer = await work(host, event, caller);
      return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(answer ?? null) };
    },
    env,
  );
}

/**
 * A handler that reads its configuration and makes its ports at the first request, and waits before each answer until
 * everything is written: the processor may stand still afterwards.
 */
export function gcpServing(
  createPorts: CreatePorts,
  answer: (host: Host, request: HttpRequest) => Promise<HttpResponse>,
  env: Env = process.env,
): GcpHandler {
  let host: Host | undefined;

  async function answerTo(request: HttpRequest): Promise<HttpResponse> {
    try {
      host ??= createHost(createPorts, env);
      const done = await answer(host, request);
      await host.ports.settled();
      return done;
    } catch (error) {
      await host?.ports.settled().catch(() => {}); // what failed is in the answer already
      return failureAnswer(error, host, request);
    }
  }

  const handler: GcpHandler = async (request, response) => {
    const received = await receiveRequest(request).catch(() => undefined);
    if (received === undefined)
      response.destroy(); // nobody waits for an answer
    else await sendAnswer(response, await answerTo(received));
  };
  if (env.K_SERVICE !== undefined) takeServer(handler);
  return handler;
}

/** The framework starts a function in its own folder, unless it is told another. */
function createHost(createPorts: CreatePorts, env: Env): Host {
  const config = readConfig(join(env.FUNCTION_SOURCE ?? '.', 'config.json'));
  return { ports: createPorts(env, config), config, identity: `run:${env.K_SERVICE ?? 'unknown'}` };
}

function failureAnswer(error: unknown, host: Host | undefined, { receivedId }: HttpRequest): HttpResponse {
  const failure = cloudError(error);
  const { facts, name } = failure;
  if (host === undefined) logFailure('function.failed', error);
  else
    host.ports.logger.error('function.failed', {
      ...facts,
      retryable: name === 'Retryable',
      requestId: receivedId,
    });
  return { status: failureStatus(failure), headers: JSON_HEADERS, body: failure.message };
}
