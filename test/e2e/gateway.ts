import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** API Gateway's HTTP API in front of a function: requests in payload format 2.0, on loopback. */
export interface Gateway {
  readonly url: string;
  /** Statuses of the answers so far. */
  readonly statuses: readonly number[];
  /** Changes the body of every answer. */
  change: ((body: string) => string) | undefined;
  close(): Promise<void>;
}

/** @param call - Calls the function with an event. */
export async function startGateway(
  call: (event: unknown) => Promise<{ readonly statusCode: number; readonly body: string }>,
): Promise<Gateway> {
  const statuses: number[] = [];
  let nextId = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    nextId += 1;
    // docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
    const isSigned = /^AWS4-HMAC-SHA256 Credential=\S+\/execute-api\/aws4_request/.test(
      headers.authorization ?? '',
    );
    const answer = isSigned
      ? await call({
          version: '2.0',
          rawPath: url,
          headers,
          requestContext: { http: { method, path: url }, requestId: `gateway-${nextId}`, stage: '$default' },
          body: Buffer.concat(chunks).toString('base64'),
          isBase64Encoded: true,
        })
      : { statusCode: 403, body: '{"message":"Forbidden"}' };
    statuses.push(answer.statusCode);
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    response.end(gateway.change?.(answer.body) ?? answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    statuses,
    change: undefined,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
  return gateway;
}
