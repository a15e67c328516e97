/**
 * The files of an exported table: compressed CSV, each with the header line, cut at a row's end when it has reached
 * its size. Memory holds one chunk, however large the table.
 */

import { RuntimeFailure } from '../core/errors.ts';
import type { Ports } from '../ports/index.ts';
import { readGzip, writeGzip } from './gzip.ts';
import { RowCounter } from './row-counter.ts';

export interface ExportPart {
  readonly key: string;
  /** Uncompressed, with the header. */
  readonly bytes: number;
  /** Without the header. */
  readonly rows: number;
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
}

export interface PartsOptions {
  keyOf(index: number): string;
  /** A part ends at the last row end of the chunk that brings it to this size, uncompressed. */
  readonly partBytes: number;
  /** Told the rows so far after each chunk. */
  onProgress?(rows: number): void;
}

/**
 * Writes a CSV as parts; at least one, which has only the header when there are no rows.
 *
 * @param chunks - The whole CSV, header first.
 * @throws RuntimeFailure `export/truncated` when the last row does not end
 */
export async function writeParts(
  objects: Ports['objects'],
  chunks: AsyncIterable<Uint8Array>,
  { keyOf, partBytes, onProgress }: PartsOptions,
): Promise<ExportPart[]> {
  const source = chunks[Symbol.asyncIterator]();
  const counter = new RowCounter();
  try {
    const { header, rest } = await takeHeader(source);
    /** Bytes that belong to the next part and have been scanned: the beginning of a row. */
    let held: Uint8Array = new Uint8Array(0);
    let next: Uint8Array | undefined = rest;

    async function* onePart(): AsyncGenerator<Uint8Array> {
      let bytes = header.byteLength + held.byteLength;
      yield header;
      if (held.byteLength > 0) yield held;
      held = new Uint8Array(0);
      while (next !== undefined) {
        const chunk: Uint8Array = next;
        const end = counter.scan(chunk);
        onProgress?.(counter.rows);
        next = await nextChunk(source);
        bytes += chunk.byteLength;
        if (end > 0 && bytes >= partBytes) {
          yield chunk.subarray(0, end);
          held = chunk.subarray(end);
          return;
        }
        yield chunk;
      }
    }

    const parts: ExportPart[] = [];
    do {
      const before = counter.rows;
      const key = keyOf(parts.length);
      const written = await writeGzip(objects, key, onePart());
      parts.push({ key, ...written, rows: counter.rows - before });
    } while (next !== undefined || held.byteLength > 0);
    if (counter.unfinished > 0) throw truncated();
    return parts;
  } finally {
    // Closes the database when the store fails.
    await source.return?.();
  }
}

/**
 * A part's bytes, header first. It is what was written only when it has been read to its end.
 *
 * @throws RuntimeFailure `export/corrupt` when bytes, rows or sha256 differ from the manifest, or it is not there
 */
export async function* readPart(
  objects: Ports['objects'],
  { key, bytes, rows, sha256 }: ExportPart,
): AsyncGenerator<Uint8Array> {
  const counter = new RowCounter();
  let read = 0;
  try {
    for await (const chunk of readGzip(objects, key, sha256)) {
      counter.scan(chunk);
      read += chunk.byteLength;
      yield chunk;
    }
  } catch (cause) {
    if (!(cause instanceof RuntimeFailure) || !cause.code.startsWith('store/')) throw cause;
    throw corrupt(cause.message, cause);
  }
  if (read !== bytes || counter.rows !== rows + 1) {
    throw corrupt(`${key} has ${read} bytes and ${counter.rows - 1} rows, not ${bytes} and ${rows}`);
  }
}

/** The first row, which may hold line feeds in quotes, and what follows it in its last chunk. */
async function takeHeader(
  source: AsyncIterator<Uint8Array>,
): Promise<{ readonly header: Uint8Array; readonly rest: Uint8Array }> {
  const counter = new RowCounter();
  const before: Uint8Array[] = [];
  for (;;) {
    const chunk = await nextChunk(source);
    if (chunk === undefined) throw truncated();
    const end = counter.scan(chunk, 1);
    if (end > 0) {
      return { header: Buffer.concat([...before, chunk.subarray(0, end)]), rest: chunk.subarray(end) };
    }
    before.push(chunk);
  }
}

async function nextChunk(source: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const { done, value } = await source.next();
  return done === true ? undefined : value;
}

function truncated(): RuntimeFailure {
  return new RuntimeFailure('export/truncated', 'the rows end in the middle of one', {
    retryable: true,
    fix: 'run it again; a file needs a header, the end of its last line and a second quote for each first one',
  });
}

function corrupt(message: string, cause?: unknown): RuntimeFailure {
  return new RuntimeFailure('export/corrupt', message, { cause, fix: 'start a new run' });
}
