/** Requests and answers of HTTP triggers behind the platform's authentication. */

import type { HttpRequest, HttpResponse } from '../core/http.ts';
import type { AzureCall, AzureContext, AzureRuntime, LoadWork } from './azure.ts';
import { signedIn } from './azure-principal.ts';
import { type CloudError, cloudError } from './cloud-error.ts';
import { isObject } from './event-time.ts';
import { failureStatus, JSON_HEADERS } from './failure-status.ts';
import type { Host } from './host.ts';
import { type CreateService, httpService } from './http.ts';
import { jsonBody, MAX_REQUEST_BYTES } from './json-body.ts';

/** The part of a request that this runtime uses (`HttpRequest` of the package @azure/functions). */
export interface AzureHttpRequest {
  readonly method: string;
  /** With scheme and host. */
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * A handler of requests. A request that the platform has signed nobody in for is answered 401 before its body is read.
 *
 * The answer to a failure has the status of `failureStatus`, and the body `{code, message, fix}`.
 */
export function requestHandler(
  runtime: AzureRuntime,
  answer: (host: Host, request: HttpRequest, call: AzureCall) => Promise<HttpResponse>,
) {
  return async (request: AzureHttpRequest, context: AzureContext): Promise<HttpResponse> => {
    try {
      const headers = Object.fromEntries(request.headers);
      const call = { caller: signedIn(headers) };
      return await runtime.during(context, async (host) =>
        answer(host, await httpRequest(request, headers, context), call),
      );
    } catch (error) {
      return failureAnswer(cloudError(error));
    }
  };
}

/** A handler that answers with the result of a function's work, whose input is the body with these fields. */
export const callHandler = (
  runtime: AzureRuntime,
  load: LoadWork,
  fields: Readonly<Record<string, unknown>> = {},
) =>
  requestHandler(runtime, async (host, request, call) => {
    const sent = jsonBody(request);
    const input = isObject(sent) ? { ...sent, ...fields } : sent;
    const result = await (await load()).work(host, input, call);
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(result ?? null) };
  });

/**
 * Azure documents the largest request: 100 MB
 * (learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits). It documents no largest
 * response: 250 MB were seen to arrive, and 380 MB not (Azure/Azure-Functions#2171).
 */
const RESPONSE_LIMIT = {
  bytes: 100 * 1024 * 1024,
  sizeOf: (text: string): number => Buffer.byteLength(text),
} as const;

/** The work of a scoring service: its input is a request, its result the answer. */
export function serviceWork(createService: CreateService) {
  const answer = httpService(createService, RESPONSE_LIMIT);
  return (host: Host, request: unknown): Promise<HttpResponse> => answer(host, request as HttpRequest); // of requestHandler alone
}

/** Who calls is known already: the platform's headers, which quote the token, go no further. */
const KEPT_BACK = /^(?:x-ms-|x-zumo-|authorization$|cookie$)/;

async function httpRequest(
  request: AzureHttpRequest,
  headers: HttpRequest['headers'],
  { invocationId }: AzureContext,
): Promise<HttpRequest> {
  const body = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !KEPT_BACK.test(name))),
    body: body.subarray(0, MAX_REQUEST_BYTES + 1), // more than the limit is too much
    receivedId: invocationId,
  };
}

function failureAnswer(failure: CloudError): HttpResponse {
  const status = failureStatus(failure);
  const challenge = status === 401 && { 'www-authenticate': 'Bearer' };
  return { status, headers: { ...JSON_HEADERS, ...challenge }, body: failure.message };
}
