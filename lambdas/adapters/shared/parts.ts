/** A piece of a stream. */
export interface Part {
  readonly bytes: Uint8Array;
  /** Nothing follows. */
  readonly last: boolean;
}

/**
 * A stream in pieces of `size` bytes; the last one is as large as what is left, and empty only for an empty stream.
 * One piece and one chunk of the stream are held at once. A consumer that leaves ends the stream.
 */
export async function* partsOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  size: number,
): AsyncGenerator<Part, void, undefined> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    length += chunk.byteLength;
    if (length <= size) continue;
    const all = Buffer.concat(held);
    let from = 0;
    for (; length - from > size; from += size) yield { bytes: all.subarray(from, from + size), last: false };
    held = [Uint8Array.from(all.subarray(from))]; // a view would keep the whole in memory
    length -= from;
  }
  yield { bytes: Buffer.concat(held), last: true };
}
