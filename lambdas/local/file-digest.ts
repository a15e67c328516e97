import { createHash } from 'node:crypto';
import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { numbersOf } from '../core/table/rows.ts';

/** A file of rows, read once from its beginning to its end. */
export interface FileDigest {
  /** Uncompressed. */
  readonly bytes: number;
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
  /** Greatest event time, ms since 1970; undefined without a row. */
  readonly lastEvent: number | undefined;
}

/** Reads a file for its digest and its last event. Rows that cannot be read do not count; `prepare` quarantines them. */
export async function readFile(
  bytes: AsyncIterable<Uint8Array>,
  { source }: Pick<ModelConfig, 'source'>,
): Promise<FileDigest> {
  const file = measured(bytes);
  const parser = createCsvParser({ columns: [{ name: source.eventTime, type: 'timestamp' }] });
  let last = Number.NEGATIVE_INFINITY;
  const takeTimes = () => {
    if (parser.rows === 0) return;
    for (const at of numbersOf(parser.take(), source.eventTime)) if (at > last) last = at;
  };
  for await (const chunk of file.chunks) {
    parser.push(chunk);
    takeTimes();
  }
  parser.end();
  takeTimes();
  return { ...file.digest(), lastEvent: Number.isFinite(last) ? last : undefined };
}

/** A stream with its length and digest, which are to be asked for at its end. */
export function measured(source: AsyncIterable<Uint8Array>): {
  readonly chunks: AsyncIterable<Uint8Array>;
  digest(): Pick<FileDigest, 'bytes' | 'sha256'>;
} {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  return { chunks: counted(), digest: () => ({ bytes, sha256: hash.digest('hex') }) };
}
