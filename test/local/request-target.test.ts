import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../lambdas/local/http-server.ts';
import { loopbackHosts, pathAskedFor } from '../../lambdas/local/request-target.ts';
import { CONFIG, GOOD, type ScoringBench, scoringBench } from '../score/fixture.ts';
import { rawHttp } from './raw-http.ts';

let bench: ScoringBench;
let server: RunningServer;
let port: number;

beforeAll(async () => {
  bench = scoringBench();
  await bench.release(1);
  server = await startServer({ scorer: bench.scorer, config: CONFIG });
  port = Number(new URL(server.url).port);
});
afterAll(() => server.close());

const ask = async (line: string, host?: string, body = ''): Promise<{ status: number; text: string }> => {
  const lines = [
    line,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    'Connection: close',
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]),
  ];
  const text = await rawHttp(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
  return { status: Number(text.split(' ')[1]), text };
};

// RFC 9110, 15.5.20: 421 for a request that the server is not willing to answer for its authority.
describe('a request for another host', () => {
  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '',
  ])('is refused with 421 and not recorded, as in DNS rebinding, for Host: %s', async (host) => {
    const before = (await bench.records()).length;
    const body = JSON.stringify({ features: GOOD });
    const { status, text } = await ask('POST /score HTTP/1.1', host.replace('PORT', String(port)), body);
    expect([status, JSON.parse(text.slice(text.indexOf('{'))).error.code]).toEqual([421, 'http/host']);
    expect((await bench.records()).length).toBe(before);
  });

  it.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])(
    'is not suspected with Host: %s and its port',
    async (name) => {
      expect((await ask('GET /model HTTP/1.1', `${name}:${port}`)).status).toBe(200);
    },
  );

  // RFC 9112, 3.2: HTTP/1.1 without Host, or with two, is a bad request; HTTP/1.0 has none.
  it('cannot hide behind a missing or a second Host header', async () => {
    expect((await ask('GET /model HTTP/1.1')).status).toBe(400);
    expect((await ask('GET /model HTTP/1.1', `localhost:${port}\r\nHost: evil.example`)).status).not.toBe(
      421,
    );
    expect((await ask('GET /model HTTP/1.1', `evil.example\r\nHost: localhost:${port}`)).status).not.toBe(
      200,
    );
    expect((await ask('GET /model HTTP/1.0')).status).toBe(200);
  });

  it('may leave out the port of http', () => {
    expect(pathAskedFor('/model', 'localhost', loopbackHosts(80))).toBe('/model');
  });
});

// RFC 9112, 3.2.2: a server must accept the absolute form, and its host stands before the Host header.
describe('an absolute request target', () => {
  it.each([
    ['http://localhost:PORT/model?a=b', 'evil.example', 200],
    ['HTTP://127.0.0.1:PORT/healthz', 'localhost:PORT', 200],
    ['http://evil.example/model', 'localhost:PORT', 421],
    ['http://user@localhost:PORT/model', 'localhost:PORT', 421],
    ['https://localhost:PORT/model', 'localhost:PORT', 404],
    ['http://localhost:PORT', 'localhost:PORT', 404],
    ['http://localhost:PORT?a=b', 'localhost:PORT', 404],
  ])('answers %s with Host: %s by %i', async (target, host, status) => {
    const [url, name] = [target, host].map((text) => text.replace('PORT', String(port)));
    expect((await ask(`GET ${url} HTTP/1.1`, name)).status).toBe(status);
  });
});

// RFC 9110, 9.3.2: as GET, without content, with the same header fields.
describe('a HEAD request', () => {
  it.each(['/model', '/healthz', '/readyz', '/openapi.json', '/nothing'])(
    'answers for %s as GET does, without the body',
    async (path) => {
      const get = await ask(`GET ${path} HTTP/1.1`, `localhost:${port}`);
      const head = await ask(`HEAD ${path} HTTP/1.1`, `localhost:${port}`);
      const fields = (text: string) =>
        text
          .slice(0, text.indexOf('\r\n\r\n'))
          .split('\r\n')
          .filter((line) => !/^(x-request-id|date):/i.test(line))
          .sort();
      expect(head.text.slice(head.text.indexOf('\r\n\r\n') + 4)).toBe('');
      expect(fields(head.text).map((one) => one.toLowerCase())).toEqual(
        fields(get.text).map((one) => one.toLowerCase()),
      );
    },
  );

  it('answers 405 with Allow for a resource that only takes POST', async () => {
    const { status, text } = await ask('HEAD /score HTTP/1.1', `localhost:${port}`);
    expect([status, text]).toEqual([405, expect.stringMatching(/\r\nallow: POST\r\n/i)]);
    const options = await ask('OPTIONS /model HTTP/1.1', `localhost:${port}`);
    expect([options.status, options.text]).toEqual([405, expect.stringMatching(/\r\nallow: GET, HEAD\r\n/i)]);
  });
});
