import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createEndpoint } from '../../../lambdas/adapters/aws/endpoint.ts';
import { endpointContract } from '../../contracts/endpoint.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

type Answer = (
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
) => Promise<readonly [number, string]>;

async function serve(answer: Answer): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [status, text] = await answer(request.url ?? '', request.headers, Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const endpointOf = (url: string, more: Partial<Parameters<typeof createEndpoint>[0]> = {}) =>
  createEndpoint({ url, region: 'eu-central-1', credentials: KEYS, ...more });

endpointContract('API Gateway', async (service) => {
  const { url, close } = await serve(async (path, headers, body) => {
    const names = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    const request = { method: 'POST', path, headers: Object.fromEntries(names), body, receivedId: 'gateway' };
    const { status, body: text } = await service(request);
    return [status, text];
  });
  return { endpoint: endpointOf(url), close };
});

/** docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step by step. */
function signatureOf(headers: IncomingHttpHeaders, body: Buffer): string {
  const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  const mac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const canonical = names.map((name) => `${name}:${String(headers[name]).trim()}\n`).join('');
  const request = ['POST', '/score', '', canonical, names.join(';'), hash(body)].join('\n');
  const time = String(headers['x-amz-date']);
  const scope = `${time.slice(0, 8)}/eu-central-1/execute-api/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(request)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(mac, `AWS4${KEYS.secretAccessKey}`);
  return mac(key, toSign).toString('hex');
}

describe('a request to API Gateway', () => {
  const request = {
    path: '/score',
    headers: { 'x-request-id': 'probe-1', 'x-probe': 'ab' },
    body: '{"ü":1}',
  };

  it('is signed as AWS documents, over its headers and its body', async () => {
    let wanted = '';
    let got: IncomingHttpHeaders = {};
    const { url, close } = await serve(async (_path, headers, body) => {
      wanted = signatureOf(headers, body);
      got = headers;
      return [200, '{}'];
    });
    await endpointOf(url, { credentials: { ...KEYS, sessionToken: 'token' } }).post(request);
    await close();
    expect(got.authorization).toContain(`Credential=${KEYS.accessKeyId}/`);
    expect(got.authorization).toMatch(/SignedHeaders=[^,]*host;[^,]*x-amz-date[^,]*x-probe;x-request-id/);
    expect(got.authorization).toContain(`Signature=${wanted}`);
    expect(got['x-amz-security-token']).toBe('token');
  });

  it('fails with a code of its own when nobody answers in time', async () => {
    const { url, close } = await serve(() => new Promise(() => {}));
    const failed = endpointOf(url, { timeoutMs: 50 }).post(request);
    await expect(failed).rejects.toMatchObject({ code: 'endpoint/no-answer', retryable: true });
    await close();
    await expect(endpointOf(url).post(request)).rejects.toMatchObject({ code: 'endpoint/no-answer' });
  });

  it('follows no redirection: a signature is for one host', async () => {
    const server = createServer((_, response) => response.writeHead(302, { location: '/other' }).end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    await expect(endpointOf(url).post(request)).rejects.toMatchObject({ code: 'endpoint/no-answer' });
    await new Promise((closed) => server.close(closed));
  });
});
