import type { Connection, Query } from 'mysql2';
import { RuntimeFailure } from '../../core/errors.ts';

/** As PostgreSQL's: files and gzip take less CPU with pieces of this size. */
const CHUNK_BYTES = 256 * 1024;
const LINE_END = Buffer.from('\n');

/** Methods that the driver has but its types lack. */
interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * The rows of a query of one text column, as lines in chunks of bytes. Memory is bounded: the connection is not read on
 * while two chunks wait. A caller that leaves in the middle must end the connection.
 *
 * @throws RuntimeFailure `source/query` for a row that is larger than the server may send: it gives NULL then
 */
export async function* readLines(
  connection: Connection & Partial<Pausable>,
  sql: string,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;
  let paused = false;
  let failure: Error | undefined;
  let wake: () => void = () => {};
  const finish = (error?: Error) => {
    failure ??= error;
    ended = true;
    wake();
  };
  const options = {
    sql,
    rowsAsArray: true,
    typeCast: (field: { buffer(): Buffer | null }) => field.buffer(),
  };
  const query: Query = connection.query(options as Parameters<Connection['query']>[0]);
  query
    .on('result', (row: unknown) => {
      const [line] = row as readonly (Buffer | null)[]; // one column, as bytes
      if (!line) {
        finish(tooLarge());
        return;
      }
      held.push(line, LINE_END);
      bytes += line.byteLength + 1;
      if (bytes >= CHUNK_BYTES) wake();
      if (bytes >= 2 * CHUNK_BYTES && !paused) {
        paused = true;
        connection.pause?.();
      }
    })
    .on('error', finish)
    .on('end', () => finish());
  for (;;) {
    while (!ended && bytes < CHUNK_BYTES)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    if (failure !== undefined) throw failure;
    if (bytes === 0) return;
    const chunk = Buffer.concat(held, bytes);
    held = [];
    bytes = 0;
    if (paused) {
      paused = false;
      connection.resume?.();
    }
    yield chunk;
  }
}

const tooLarge = () =>
  new RuntimeFailure('source/query', 'a row is larger than max_allowed_packet of the server', {
    fix: 'raise max_allowed_packet, or select fewer long columns',
  });
