import { describe, expect, it } from 'vitest';
import { httpApiHandler, httpRequestOf } from '../../lambdas/runtime/aws-http.ts';
import type { Host } from '../../lambdas/runtime/host.ts';
import { httpEvent } from '../functions/events.ts';

type Fields = Record<string, unknown>;

/** A POST as API Gateway delivers it, changed. */
const event = (change: Fields = {}, context: Fields = {}): unknown => {
  const whole = httpEvent('POST', '/score', { rows: [] }) as Fields & { readonly requestContext: Fields };
  return { ...whole, ...change, requestContext: { ...whole.requestContext, ...context } };
};
const textOf = (body: Uint8Array) => Buffer.from(body).toString('utf8');

describe('a request from API Gateway', () => {
  it('has method, path, headers, body, and the id of the gateway', () => {
    const request = httpRequestOf(event());
    expect(request).toMatchObject({ method: 'POST', path: '/score', receivedId: 'gateway-1' });
    expect(request.headers['content-type']).toBe('application/json');
    expect(textOf(request.body)).toBe('{"rows":[]}');
  });

  it('has its body as bytes, whichever way it was sent', () => {
    const text = '{"job":"Gärtner"}';
    const plain = httpRequestOf(event({ body: text, isBase64Encoded: false }));
    const base64 = Buffer.from(text).toString('base64');
    const encoded = httpRequestOf(event({ body: base64, isBase64Encoded: true }));
    expect([textOf(plain.body), textOf(encoded.body)]).toEqual([text, text]);
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    const binary = httpRequestOf(event({ body: bytes.toString('base64'), isBase64Encoded: true }));
    expect(Buffer.from(binary.body).equals(bytes)).toBe(true);
  });

  it('has an empty body without one', () => {
    expect(httpRequestOf(httpEvent('GET', '/model')).body).toHaveLength(0);
  });

  it('has its headers by lower-case name', () => {
    const { headers } = httpRequestOf(
      event({ headers: { 'Content-Type': 'text/plain', 'X-Request-Id': 'r' } }),
    );
    expect(headers).toEqual({ 'content-type': 'text/plain', 'x-request-id': 'r' });
    expect(httpRequestOf(event({ headers: undefined })).headers).toEqual({});
    expect(httpRequestOf(event({ headers: { a: 1, b: 'x' } })).headers).toEqual({ b: 'x' });
  });

  it('has its path without the name of a stage', () => {
    const pathOf = (rawPath: string, stage: string) => httpRequestOf(event({ rawPath }, { stage })).path;
    expect(pathOf('/score', '$default')).toBe('/score');
    expect(pathOf('/live/score', 'live')).toBe('/score');
    expect(pathOf('/livelier/score', 'live')).toBe('/livelier/score');
    expect(pathOf('/score', 'live')).toBe('/score'); // under a domain name of its own
  });

  it.each([
    ['no event', null],
    ['no context', { rawPath: '/score' }],
    ['no path', event({ rawPath: undefined })],
    ['no method', event({}, { http: {} })],
    ['payload format 1.0', { httpMethod: 'POST', path: '/score', requestContext: { stage: 'live' } }],
  ])('is refused with %s', (_, bad) => {
    expect(() => httpRequestOf(bad)).toThrow(expect.objectContaining({ code: 'event/malformed' }));
  });
});

describe('a service behind API Gateway', () => {
  const host = { ports: { secret: async () => 's' }, config: { model: {} } } as unknown as Host; // handed on, unseen
  const answer = { status: 201, headers: { a: 'b' }, body: '{}' };

  it('is made once, at the first request', async () => {
    let made = 0;
    const handle = httpApiHandler(async () => {
      made += 1;
      return async () => answer;
    });
    expect(made).toBe(0);
    const told = { statusCode: 201, headers: { a: 'b' }, body: '{}', isBase64Encoded: false };
    expect(await Promise.all([handle(host, event()), handle(host, event())])).toEqual([told, told]);
    expect(made).toBe(1);
  });

  it('is made again at the next request after it failed to start', async () => {
    let made = 0;
    const handle = httpApiHandler(async () => {
      made += 1;
      if (made === 1) throw new Error('the secret cannot be read');
      return async () => answer;
    });
    await expect(handle(host, event())).rejects.toThrow('the secret');
    expect(await handle(host, event())).toMatchObject({ statusCode: 201 });
  });

  it('is made again after it failed', async () => {
    let made = 0;
    const handle = httpApiHandler(async () => {
      const first = made === 0;
      made += 1;
      return async () => {
        if (first) throw new Error('broken');
        return answer;
      };
    });
    await expect(handle(host, event())).rejects.toThrow('broken');
    expect(await handle(host, event())).toMatchObject({ statusCode: 201 });
  });
});
