/**
 * Size of the parts of an upload. S3 takes 10,000 (docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html), so this
 * holds an object of 78 GiB, and Blob Storage 50,000. Cloud Storage takes multiples of 256 KiB
 * (docs.cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload). The largest object that is written
 * is a part of an export, of 256 MiB before it is compressed.
 */
export const PART_BYTES = 8 * 1024 * 1024;

/** A piece of a stream. */
export interface UploadPart {
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
): AsyncGenerator<UploadPart, void, undefined> {
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
