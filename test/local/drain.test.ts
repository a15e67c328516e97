import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../lambdas/local/http-server.ts';
import { CONFIG, GOOD, scoringBench } from '../score/fixture.ts';

/**
 * RFC 9112, 9.6: a server that closes a connection sends `close` with its last response, and does not close before the
 * request that it has received in part is answered.
 */
async function serving(timeoutMs?: number) {
  const bench = scoringBench();
  await bench.release(1);
  const server = await startServer({ scorer: bench.scorer, config: CONFIG, ...(timeoutMs && { timeoutMs }) });
  return { bench, server, port: Number(new URL(server.url).port) };
}

const BODY = JSON.stringify({ features: GOOD });
const BATCH = JSON.stringify({ rows: new Array(1_000).fill({ features: GOOD }) });
const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));
const head = (port: number, length: number) =>
  `POST /score HTTP/1.1\r\nHost: localhost:${port}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** A connection and all that came back on it. */
async function open(port: number): Promise<{ socket: Socket; text: () => string; ended: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<string>((end) => {
    socket.once('error', (error) => end(`${text}${error.message}`));
    socket.once('close', () => end(text));
  });
  await new Promise((ready) => socket.once('connect', ready));
  return { socket, text: () => text, ended };
}

describe('the end of a server', () => {
  it('answers every request in flight: slow uploads and large batches, each with connection: close', async () => {
    const { server, port, bench } = await serving();
    const uploads = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { socket, ended } = await open(port);
        socket.write(head(port, BODY.length) + BODY.slice(0, 10));
        return { ended, rest: () => socket.write(BODY.slice(10)) };
      }),
    );
    const batches = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { socket, ended } = await open(port);
        socket.write(head(port, BATCH.length) + BATCH.slice(0, -1));
        return { ended, rest: () => socket.write(BATCH.slice(-1)) };
      }),
    );
    await pause(100);
    const closed = server.close();
    await pause(100);
    for (const { rest } of [...uploads, ...batches]) rest();
    const answers = await Promise.all([...uploads, ...batches].map(({ ended }) => ended));
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    }
    await closed;
    expect(bench.lines).toHaveLength(8 + 8 * 1_000);
  });

  it('closes idle and silent connections at once, and accepts no new ones', async () => {
    const { server, port } = await serving();
    const silent = await open(port);
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((done, failed) => {
      httpRequest(`${server.url}/healthz`, { agent }, (answer) => {
        answer.resume().on('end', done);
      })
        .on('error', failed)
        .end();
    });
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await silent.ended).toBe('');
    agent.destroy();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('answers a request that began on a kept connection before the end', async () => {
    const { server, port } = await serving();
    const { socket, text, ended } = await open(port);
    socket.write(head(port, BODY.length) + BODY);
    while (!text().includes('predictions')) await pause(5);
    socket.write('GET /model HTTP/1.1\r\n'); // the next one has begun
    await pause(50);
    const closed = server.close();
    await pause(50);
    socket.write(`Host: localhost:${port}\r\n\r\n`);
    const [first, second] = (await ended).split(/(?=HTTP\/1\.1 )/);
    expect(first).not.toMatch(/\r\nconnection: close/i);
    expect(second).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n/i);
    await closed;
  });

  it('waits no longer than the limit of a request', async () => {
    const { server, port } = await serving(300);
    const { socket, ended } = await open(port);
    socket.write(head(port, BODY.length) + BODY.slice(0, 10));
    await pause(50);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    await ended;
  });
});
