import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { writeParts } from '../../lambdas/stores/export-parts.ts';
import {
  type ExportManifest,
  partKey,
  previousExport,
  readExport,
  readPart,
  writeManifest,
} from '../../lambdas/stores/exports.ts';
import { memoryObjects, virtualClock } from './crash.ts';

const RUN = { runId: 'run-1', to: '2026-03-01T00:00:00Z', snapshot: 's' };
const keyOf = (index: number) => partKey(RUN, index);

/** The text in chunks of this size; remembers whether it was let go. */
function chunked(text: string, size: number) {
  const state = { ended: false };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    } finally {
      state.ended = true;
    }
  }
  return { chunks: chunks(), state };
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

describe('the parts of an export', () => {
  it('holds each row once, in order, under the header, whatever the sizes of chunks and parts', async () => {
    const cell = fc.constantFrom('1', '', '"a\n""b"', 'größe');
    const rows = fc.array(
      fc.tuple(cell, cell).map((cells) => `${cells.join(',')}\n`),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 80 }),
        async (lines, size, partBytes) => {
          const header = 'x,"y\nz"\n';
          const objects = memoryObjects();
          const { chunks } = chunked(header + lines.join(''), size);
          const parts = await writeParts(objects, chunks, { keyOf, partBytes });
          const texts = await Promise.all(parts.map((part) => textOf(readPart(objects, part))));
          expect(texts.every((text) => text.startsWith(header))).toBe(true);
          expect(texts.map((text) => text.slice(header.length)).join('')).toBe(lines.join(''));
          expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(lines.length);
          expect(parts.slice(1).every((part) => part.rows > 0)).toBe(true);
          // A part may exceed its size by the chunk that reached it and a row that goes on in later ones.
          expect(parts.every((part) => part.bytes <= header.length + partBytes + 2 * size + 30)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('writes one part with the header alone when there are no rows', async () => {
    const objects = memoryObjects();
    const parts = await writeParts(objects, chunked('a,b\n', 2).chunks, { keyOf, partBytes: 10 });
    expect(parts).toMatchObject([
      { key: 'exports/2026-03-01/run-1/part-043a7187-00000.csv.gz', bytes: 4, rows: 0 },
    ]);
    expect(gunzipSync(objects.files.get(parts[0]?.key ?? '') ?? '').toString()).toBe('a,b\n');
  });

  it.each(['', 'a,b', 'a\n1\n"2\n'])(
    'fails when the database ends in the middle of a row: %j',
    async (text) => {
      const written = writeParts(memoryObjects(), chunked(text, 3).chunks, { keyOf, partBytes: 4 });
      await expect(written).rejects.toMatchObject({ code: 'export/truncated', retryable: true });
    },
  );

  it('closes the database when the store fails', async () => {
    const failure = new RuntimeFailure('objects/io', 'disk full');
    const objects = { ...memoryObjects(), create: () => Promise.reject(failure) };
    const { chunks, state } = chunked('a\n1\n2\n', 1);
    await expect(writeParts(objects, chunks, { keyOf, partBytes: 1 })).rejects.toBe(failure);
    expect(state.ended).toBe(true);
  });

  it('passes on an error of the database', async () => {
    const failure = new RuntimeFailure('source/disconnected', 'gone');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a\n1\n');
      throw failure;
    }
    await expect(writeParts(memoryObjects(), broken(), { keyOf, partBytes: 99 })).rejects.toBe(failure);
  });

  it('refuses parts that do not match the manifest', async () => {
    const objects = memoryObjects();
    const [part] = await writeParts(objects, chunked('a\n1\n2\n', 99).chunks, { keyOf, partBytes: 99 });
    if (part === undefined) throw new Error('no part');
    const corrupt = { code: 'export/corrupt', retryable: false };
    await expect(textOf(readPart(objects, { ...part, rows: 3 }))).rejects.toMatchObject(corrupt);
    await expect(textOf(readPart(objects, { ...part, bytes: 7 }))).rejects.toMatchObject(corrupt);
    await expect(textOf(readPart(objects, { ...part, key: 'exports/none' }))).rejects.toMatchObject(corrupt);
    objects.files.set(part.key, gzipSync('a\n1\n3\n'));
    await expect(textOf(readPart(objects, part))).rejects.toMatchObject(corrupt);
    objects.files.set(part.key, Buffer.from('no gzip'));
    await expect(textOf(readPart(objects, part))).rejects.toMatchObject(corrupt);
  });

  it('passes on an error of the store', async () => {
    const failure = new RuntimeFailure('objects/busy', 'slow down', { retryable: true });
    const objects = { ...memoryObjects(), read: () => Promise.reject(failure) };
    const part = { key: 'exports/x', bytes: 1, rows: 1, sha256: '' };
    await expect(textOf(readPart(objects, part))).rejects.toBe(failure);
  });
});

describe('the manifest of an export', () => {
  const manifest = (runId: string, to: string, queryHash = 'q'): ExportManifest => ({
    schemaVersion: 1,
    runId,
    snapshot: '1:1:',
    queryHash,
    window: { from: '2026-01-01T00:00:00Z', to },
    columns: [{ name: 'a', type: 'integer' }],
    parts: [],
    rows: 0,
    steps: [],
  });

  it('writes the manifest of an export once', async () => {
    const ports = { objects: memoryObjects(), clock: virtualClock() };
    expect(await readExport(ports.objects, RUN)).toBeUndefined();
    const first = manifest(RUN.runId, RUN.to);
    expect(await writeManifest(ports, first)).toBe(true);
    expect(await writeManifest(ports, first)).toBe(true);
    expect(await writeManifest(ports, { ...first, rows: 1 })).toBe(false);
    expect(await readExport(ports.objects, RUN)).toEqual(first);
    expect([...ports.objects.files.keys()]).toEqual(['exports/2026-03-01/run-1/_manifest.json']);
  });

  it('compares an export with the latest one of the same query that ended no later', async () => {
    const ports = { objects: memoryObjects(), clock: virtualClock() };
    const lastBy = (to: string, queryHash = 'q') => previousExport(ports.objects, { to, queryHash });
    expect(await lastBy('2026-03-02T06:00:00Z')).toBeUndefined();
    for (const [runId, to, hash] of [
      ['z-morning', '2026-03-02T01:00:00Z', 'q'],
      ['a-noon', '2026-03-02T05:00:00Z', 'q'],
      ['b-evening', '2026-03-02T18:00:00Z', 'q'],
      ['c', '2026-03-02T05:30:00Z', 'other'],
      ['old', '2026-02-01T00:00:00Z', 'q'],
      ['later', '2026-04-01T00:00:00Z', 'q'],
    ] as const) {
      await writeManifest(ports, manifest(runId, to, hash));
      await ports.objects.write(partKey({ runId, to, snapshot: 's' }, 0, 'kept'), [Buffer.from('x')]);
    }
    expect((await lastBy('2026-03-02T06:00:00Z'))?.runId).toBe('a-noon');
    expect((await lastBy('2026-03-01T06:00:00Z'))?.runId).toBe('old');
    expect((await lastBy('2026-03-02T06:00:00Z', 'other'))?.runId).toBe('c');
    expect(await lastBy('2026-03-02T06:00:00Z', 'unknown')).toBeUndefined();
  });
});
