import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import type { Connection } from 'pg';
import { describe, expect, it } from 'vitest';
import { CopyOut } from '../../../lambdas/adapters/shared/copy-out.ts';

/** A message of the server (PostgreSQL documentation 53.7): a code, a length that counts itself, a payload. */
function message(code: string, payload: string): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(5, code);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A copy over a stream that the test feeds; `left` is what pg's own reader gets. */
function start() {
  const stream = new PassThrough();
  const left: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => left.push(chunk));
  const asked: string[] = [];
  // The two members of a connection that a copy uses.
  const connection = { stream, query: (text: string) => asked.push(text) } as unknown as Connection;
  const copy = new CopyOut('copy t to stdout');
  copy.submit(connection);
  return { copy, stream, left: () => Buffer.concat(left).toString('latin1'), asked };
}

async function collect(copy: CopyOut): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of copy) chunks.push(chunk);
  return chunks;
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

const OUT = message('H', '\0\0\0');
const DONE = message('c', '');
const COMPLETE = Buffer.concat([message('C', 'COPY 1\0'), message('Z', 'T')]);

describe('COPY out', () => {
  it('returns the payloads alone, wherever the network cuts the messages, and leaves the rest to pg', async () => {
    const row = fc
      .string({ maxLength: 12, unit: 'binary' })
      .map((text) => ({ text, bytes: message('d', text) }));
    const other = fc
      .constantFrom('N', 'S', 'A')
      .map((code) => ({ text: '', bytes: message(code, 'notice') }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 4, arbitrary: row }, other), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 12 }),
        async (messages, cuts) => {
          const { copy, stream, left, asked } = start();
          const collected = collect(copy);
          const bytes = Buffer.concat([OUT, ...messages.map((one) => one.bytes), DONE, COMPLETE]);
          let at = 0;
          for (const size of [...cuts, bytes.length]) {
            if (at < bytes.length) stream.write(Buffer.from(bytes.subarray(at, at + size)));
            at += size;
            await turn();
          }
          copy.handleCommandComplete();
          copy.handleReadyForQuery();
          expect(asked).toEqual(['copy t to stdout']);
          expect(Buffer.concat(await collected).toString()).toBe(messages.map(({ text }) => text).join(''));
          expect(left()).toBe(COMPLETE.toString('latin1'));
        },
      ),
    );
  });

  it('joins small pieces to 256 kB', async () => {
    const { copy, stream } = start();
    const collected = collect(copy);
    for (let round = 0; round < 100; round++) {
      stream.write(message('d', 'x'.repeat(10_000)));
      await turn();
    }
    stream.write(DONE);
    await turn();
    copy.handleReadyForQuery();
    expect((await collected).map(({ byteLength }) => byteLength)).toEqual([
      270_000, 270_000, 270_000, 190_000,
    ]);
  });

  it('stops reading the connection while nobody takes the data', async () => {
    const { copy, stream } = start();
    for (let round = 0; round < 100; round++) stream.write(message('d', 'x'.repeat(10_000)));
    await turn();
    expect(stream.isPaused()).toBe(true);
    const waiting = () => stream.readableLength + stream.writableLength;
    expect(waiting()).toBeGreaterThan(400_000);
    const collected = collect(copy);
    stream.write(DONE);
    while (waiting() > 0) await turn();
    copy.handleReadyForQuery();
    expect(Buffer.concat(await collected)).toHaveLength(1_000_000);
    expect(stream.isPaused()).toBe(false);
  });

  it('leaves an error of the server to pg, and throws the error that pg makes of it', async () => {
    const { copy, stream, left } = start();
    const collected = collect(copy);
    const failure = message('E', 'SERROR\0C57014\0\0');
    stream.write(Buffer.concat([OUT, message('d', 'a\n'), failure]));
    await turn();
    expect(left()).toBe(failure.toString('latin1'));
    const error = new Error('canceling statement due to statement timeout');
    copy.handleError(error);
    await expect(collected).rejects.toBe(error);
  });

  it('cuts the connection when the reader leaves in the middle', async () => {
    const { copy, stream } = start();
    stream.write(message('d', 'x'.repeat(300_000)));
    for await (const chunk of copy) {
      expect(chunk).toHaveLength(300_000);
      break;
    }
    expect(stream.destroyed).toBe(true);
  });
});
