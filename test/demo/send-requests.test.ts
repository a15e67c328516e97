import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createClient, type ScoreClient } from '../../lambdas/demo/http-client.ts';
import { replayWindow } from '../../lambdas/demo/send-requests.ts';

const DAY = 86_400_000;
const WINDOW = { number: 1, from: 0, to: 4 * DAY, first: 0, end: 30 };
const TIMES = Float64Array.from({ length: 30 }, (_, index) => Math.floor(index / 10) * DAY + index);

function bench(post: ScoreClient['post']) {
  const clock = createVirtualClock(0);
  const events: string[] = [];
  const sent: string[] = [];
  const client = {
    post: (body: string) => {
      sent.push(body);
      return post(body);
    },
    close: () => {},
  };
  const replay = {
    clock,
    client,
    times: TIMES,
    requestOf: String,
    flush: async () => void events.push('flush'),
  };
  const options = {
    onProgress: (done: number, total: number) => events.push(`${done} of ${total}`),
    afterDay: async () => void events.push(`day ends ${clock.now() / DAY}`),
  };
  return { clock, events, sent, run: () => replayWindow(replay, WINDOW, options) };
}

describe('replayWindow', () => {
  it('sends every row once, and checks after each day, when its predictions can be read', async () => {
    const { run, sent, events, clock } = bench(async () => ({ status: 200, body: '' }));
    expect(await run()).toEqual({ sent: 30, refusals: [] });
    expect(sent).toHaveLength(30);
    expect(new Set(sent).size).toBe(30);
    expect(events.slice(0, 3)).toEqual(['flush', '10 of 30', 'day ends 1']);
    expect(events).toHaveLength(9);
    expect(clock.now()).toBe(WINDOW.to);
  });

  it('counts refusals by status, code and field, each request once', async () => {
    const problems = [
      { code: 'request/wrong-value', path: 'features.age' },
      { code: 'request/missing-field', path: 'features.job' },
    ];
    const { run } = bench(async (body) => {
      if (Number(body) % 3 === 0)
        return { status: 400, body: JSON.stringify({ error: { code: 'x', problems } }) };
      if (Number(body) === 1) return { status: 404, body: '{"error":{"code":"score/unknown-key"}}' };
      return Number(body) === 2 ? { status: 413, body: '<html>' } : { status: 200, body: '' };
    });
    expect(await run()).toEqual({
      sent: 30,
      refusals: [
        { status: 400, code: 'request/wrong-value', field: 'features.age', requests: 10 },
        { status: 404, code: 'score/unknown-key', field: '', requests: 1 },
        { status: 413, code: 'unknown', field: '', requests: 1 },
      ],
    });
  });

  it('fails at the first 5xx and sends no further request', async () => {
    const { run, sent } = bench(async () => ({ status: 503, body: 'no model' }));
    await expect(run()).rejects.toMatchObject({
      code: 'local/answer',
      message: expect.stringContaining('503'),
    });
    expect(sent.length).toBeLessThan(10);
  });
});

async function service(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

describe('createClient', () => {
  it('posts JSON and returns status and the whole body', async () => {
    const url = await service((request, answer) => {
      answer.statusCode = 422;
      answer.write(`${request.method} ${request.url} ${request.headers['content-type']} `);
      request.on('data', (bytes) => answer.write(bytes)).on('end', () => answer.end('!'));
    });
    const client = createClient(url, 1);
    expect(await client.post('{"é":1}')).toEqual({
      status: 422,
      body: 'POST /score application/json {"é":1}!',
    });
    client.close();
  });

  it.each([
    ['nobody listens', async () => 'http://127.0.0.1:1'],
    ['the answer breaks off', () => service((_, answer) => void answer.write('a', () => answer.destroy()))],
    ['the service is silent', () => service(() => {})],
  ])('fails as retryable when %s', async (_, url) => {
    const client = createClient(await url(), 1, 100);
    await expect(client.post('{}')).rejects.toMatchObject({ code: 'local/no-answer', retryable: true });
    client.close();
  });
});
