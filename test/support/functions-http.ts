/** The front of a function app: the platform's authentication, routes, and requests as the host hands them to a worker. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpData, Metadata, TypedData } from './functions-protocol.ts';

/**
 * Who calls, by the headers of a request: an object id; undefined for nobody; 403 for somebody who is not let in; `open` where
 * authentication is off.
 */
export type Sign = (headers: IncomingMessage['headers']) => string | undefined | 403 | 'open';

/** A bearer token that is the object id itself, as no token of Entra is. */
const byToken: Sign = ({ authorization = '' }) => /^Bearer ([\w-]+)$/.exec(authorization)?.[1];

export interface FrontDoor {
  readonly url: string;
  close(): Promise<void>;
}

export interface FrontDoorOptions {
  readonly functions: ReadonlyMap<string, Metadata>;
  readonly hostJson: Readonly<Record<string, unknown>>;
  readonly sign?: Sign;
  invoke(
    name: string,
    data: TypedData,
  ): Promise<{ readonly result?: TypedData | undefined; readonly failed?: string }>;
}

export async function openFrontDoor({
  functions,
  hostJson,
  sign = byToken,
  invoke,
}: FrontDoorOptions): Promise<FrontDoor> {
  const { http } = (hostJson.extensions ?? {}) as { readonly http?: { readonly routePrefix?: string } };
  const prefix = http?.routePrefix ?? 'api';
  const routes = [...functions.values()]
    .flatMap(({ name, bindings }) => Object.values(bindings).map((binding) => ({ name, binding })))
    .filter(({ binding }) => binding.type === 'httpTrigger')
    .map(({ name, binding }) => ({
      name,
      pattern: patternOf(prefix, String(binding.route ?? name)),
      methods: binding.methods as readonly string[], // the library gives them all
    }));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method = '', url = '' } = request;
    const caller = sign(headers);
    if (caller === undefined || caller === 403) return void response.writeHead(caller ?? 401).end();
    const { pathname } = new URL(url, 'http://x');
    const route = routes.find((one) => one.pattern.test(pathname) && one.methods.includes(method));
    if (route === undefined) return void response.writeHead(404).end();
    const data = await httpData(request, caller === 'open' ? undefined : caller);
    const { result, failed } = await invoke(route.name, { http: data });
    if (failed !== undefined) return void response.writeHead(500).end();
    const { statusCode, headers: answered, body } = result?.http ?? {};
    response.writeHead(Number(statusCode), answered).end(body?.bytes ?? body?.string ?? '');
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Routes of ASP.NET: a text, or `{*path}` for everything. */
const patternOf = (prefix: string, route: string): RegExp =>
  new RegExp(`^/${prefix === '' ? '' : `${prefix}/`}${route === '{*path}' ? '.*' : route}$`);

/**
 * A request as `ToRpcHttp` of github.com/Azure/azure-functions-host has it. A body without a length is not handed on. The
 * platform takes its own headers out of requests from outside
 * (learn.microsoft.com/azure/app-service/configure-authentication-user-identities).
 */
async function httpData(request: IncomingMessage, caller: string | undefined): Promise<HttpData> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '', `http://${request.headers.host}`);
  const outside = Object.entries(request.headers).filter(
    ([name]) => !name.startsWith('x-ms-client-principal'),
  );
  const hasLength = Number(request.headers['content-length']) > 0;
  return {
    method: request.method ?? '',
    url: url.href,
    nullableHeaders: nullable([...outside, ...(caller === undefined ? [] : principalOf(caller))]),
    nullableQuery: nullable([...url.searchParams]),
    nullableParams: {},
    ...(hasLength && { body: { bytes: Buffer.concat(chunks) } }),
  };
}

const nullable = (entries: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries(entries.map(([name, value]) => [name, { value: String(value) }]));

const CLAIM = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

/** The headers of a signed-in caller, as the page above describes them. */
function principalOf(id: string): readonly (readonly [string, string])[] {
  const principal = { auth_typ: 'aad', claims: [{ typ: CLAIM, val: id }], name_typ: 'n', role_typ: 'r' };
  return [
    ['x-ms-client-principal-id', id],
    ['x-ms-client-principal-idp', 'aad'],
    ['x-ms-client-principal', Buffer.from(JSON.stringify(principal)).toString('base64')],
  ];
}
