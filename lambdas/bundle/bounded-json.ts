/** A stranger's JSON in bounded time and memory: its size, depth and number of values are counted before it is parsed. */

/** Bytes, as deep as an expression of 50 calls is, and values; the documents of a bundle have a tenth of each. */
const LIMITS = { bytes: 32 * 1024 * 1024, depth: 128, values: 1_000_000 };

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** @throws RangeError where a limit is passed; SyntaxError where it is not JSON */
export function parseBoundedJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength > LIMITS.bytes) throw new RangeError(`has more than ${LIMITS.bytes} bytes`);
  let [depth, values, quoted] = [0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number; // at < length
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA || OPENING.has(byte)) {
      values++;
      if (byte !== COMMA) depth++;
    } else if (CLOSING.has(byte)) depth--;
    if (depth > LIMITS.depth) throw new RangeError(`is nested deeper than ${LIMITS.depth}`);
    if (values > LIMITS.values) throw new RangeError(`holds more than ${LIMITS.values} values`);
  }
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
