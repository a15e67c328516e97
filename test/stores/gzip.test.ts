import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { measureChunks, readGzip, writeFirst, writeGzip } from '../../lambdas/stores/gzip.ts';
import { sha256 } from '../../lambdas/stores/json.ts';
import { memoryObjects } from './crash.ts';

const TEXT = 'a line\n'.repeat(5000);
const chunks = [Buffer.from(TEXT.slice(0, 10)), Buffer.from(TEXT.slice(10))];

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('a compressed object', () => {
  it('reads a compressed object back, with the size and digest of its uncompressed bytes', async () => {
    const objects = memoryObjects();
    const written = await writeGzip(objects, 'x.gz', chunks);
    expect(written).toEqual({ bytes: TEXT.length, sha256: sha256(TEXT) });
    expect(measureChunks(chunks)).toEqual(written);
    expect(gunzipSync(objects.files.get('x.gz') ?? '').toString()).toBe(TEXT);
    expect(await textOf(readGzip(objects, 'x.gz', written.sha256))).toBe(TEXT);
  });

  it('never replaces another object, and accepts its own', async () => {
    const objects = memoryObjects();
    const written = await writeGzip(objects, 'x.gz', [Buffer.from(TEXT)]);
    // Another compressor makes other bytes of the same content.
    objects.files.set('x.gz', gzipSync(TEXT, { level: 9 }));
    const before = objects.files.get('x.gz');
    expect(await writeGzip(objects, 'x.gz', [Buffer.from(TEXT)])).toEqual(written);
    const other = writeGzip(objects, 'x.gz', [Buffer.from('other')]);
    await expect(other).rejects.toMatchObject({ code: 'store/exists', retryable: true });
    expect(objects.files.get('x.gz')).toBe(before);
  });

  it('takes the next name where other content has the first', async () => {
    const objects = memoryObjects();
    const write = (text: string) =>
      writeFirst((attempt) => writeGzip(objects, `${attempt}.gz`, [Buffer.from(text)]));
    await write('a');
    await write('b');
    await write('a');
    expect([...objects.files.keys()]).toEqual(['0.gz', '1.gz']);
    for (const text of 'cdefgh') await write(text);
    await expect(write('i')).rejects.toMatchObject({ code: 'store/exists' });
  });

  it('compresses nothing to an object too', async () => {
    const objects = memoryObjects();
    const { bytes, sha256: digest } = await writeGzip(objects, 'x.gz', []);
    expect(bytes).toBe(0);
    expect(await textOf(readGzip(objects, 'x.gz', digest))).toBe('');
  });

  it.each([
    ['is absent', undefined, 'store/missing'],
    ['is not compressed', Buffer.from(TEXT), 'store/corrupt'],
    ['was cut off', gzipSync(TEXT).subarray(0, -9), 'store/corrupt'],
    ['is another', gzipSync('other'), 'store/corrupt'],
  ])('fails when the object %s', async (_, bytes, code) => {
    const objects = memoryObjects();
    if (bytes !== undefined) await objects.write('x.gz', [bytes]);
    await expect(textOf(readGzip(objects, 'x.gz', sha256(TEXT)))).rejects.toMatchObject({ code });
  });

  it('fails as its store does, which may pass, and not as if the object were corrupt', async () => {
    const cause = new RuntimeFailure('objects/busy', 'slow down', { retryable: true });
    const read = async () =>
      (async function* () {
        yield gzipSync(TEXT).subarray(0, 20);
        throw cause;
      })();
    await expect(textOf(readGzip({ ...memoryObjects(), read }, 'x.gz', ''))).rejects.toBe(cause);
  });
});

describe('the source of a compressed object', () => {
  /** Endless; says when it was let go. */
  function endless() {
    const state = { closed: false };
    async function* source() {
      try {
        for (;;) yield Buffer.from(TEXT);
      } finally {
        state.closed = true;
      }
    }
    return { state, source: source() };
  }

  it('closes the source when the store fails, whether or not it had begun to read', async () => {
    const cause = new Error('disk full');
    for (const reads of [true, false]) {
      const { state, source } = endless();
      const create = async (_: string, given: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
        if (reads) for await (const __ of given) break;
        throw cause;
      };
      await expect(writeGzip({ ...memoryObjects(), create }, 'x.gz', source)).rejects.toBe(cause);
      for (let turn = 0; turn < 100 && !state.closed; turn += 1) await new Promise(setImmediate);
      expect(state.closed).toBe(true);
    }
  });

  it('fails the write with the error of the source, and leaves no object', async () => {
    const objects = memoryObjects();
    const cause = new Error('connection lost');
    const source = (async function* () {
      yield Buffer.from(TEXT);
      throw cause;
    })();
    await expect(writeGzip(objects, 'x.gz', source)).rejects.toBe(cause);
    expect(objects.files.size).toBe(0);
  });
});
