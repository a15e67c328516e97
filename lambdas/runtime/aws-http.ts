/** Requests and answers of API Gateway's HTTP APIs, payload format 2.0. */

import type { HttpRequest } from '../core/http.ts';
import type { Host } from './host.ts';
import { type CreateService, httpService } from './http.ts';
import { fieldsOf, textField } from './inputs.ts';

/** docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

const EMPTY = new Uint8Array();

/**
 * The largest response of a synchronous invocation has 6,291,556 bytes
 * (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); HTTP APIs carry 10 MB
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html). The body is a JSON text within that
 * response, and each quote in it takes two bytes. Status and headers have less than 1,024.
 */
export const ANSWER_LIMIT = {
  bytes: 6_291_556 - 1_024,
  sizeOf: (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2,
} as const;

/** @throws RuntimeFailure `event/malformed` for an event that is not an HTTP request of payload format 2.0 */
export function httpRequestOf(event: unknown): HttpRequest {
  const fields = fieldsOf(event);
  const context = fieldsOf(fields.requestContext);
  const http = fieldsOf(context.http);
  const stage = typeof context.stage === 'string' && context.stage !== '$default' ? `/${context.stage}` : '';
  const path = textField(fields, 'rawPath');
  return {
    method: textField(http, 'method'),
    path: stage !== '' && path.startsWith(`${stage}/`) ? path.slice(stage.length) : path,
    headers: headersOf(fields.headers),
    body: bodyOf(fields),
    receivedId: typeof context.requestId === 'string' ? context.requestId : 'unknown',
  };
}

function headersOf(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): Uint8Array {
  if (typeof body !== 'string') return EMPTY;
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

/** The work of a function behind an HTTP API. */
export function httpApiHandler(createService: CreateService) {
  const answer = httpService(createService, ANSWER_LIMIT);
  return async (host: Host, event: unknown): Promise<HttpApiResponse> => {
    const { status, headers, body } = await answer(host, httpRequestOf(event));
    return { statusCode: status, headers, body, isBase64Encoded: false };
  };
}
