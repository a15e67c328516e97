/** Writes UBJSON the way XGBoost does, byte for byte: see ubjson.ts for the format. */

import type { DocumentObject, DocumentValue } from './document.ts';

/**
 * The UBJSON bytes of a document. Bare numbers must be integers and take the smallest type that XGBoost would
 * choose; Float32Array, Float64Array, Int8Array, Int32Array, Uint8Array and BigInt64Array become typed lists.
 */
export function writeUbjson(root: DocumentObject): Uint8Array {
  const out = new ByteSink();
  writeValue(out, root);
  return out.bytes();
}

function writeValue(out: ByteSink, value: DocumentValue): void {
  if (typeof value === 'string') {
    out.ascii('S');
    writeText(out, value);
  } else if (typeof value === 'number') {
    writeInteger(out, value);
  } else if (value instanceof Float32Array) {
    writeTyped(out, 'd', value, 4, (view, at, item) => view.setFloat32(at, item));
  } else if (value instanceof Float64Array) {
    writeTyped(out, 'D', value, 8, (view, at, item) => view.setFloat64(at, item));
  } else if (value instanceof Int8Array) {
    writeTyped(out, 'i', value, 1, (view, at, item) => view.setInt8(at, item));
  } else if (value instanceof Int32Array) {
    writeTyped(out, 'l', value, 4, (view, at, item) => view.setInt32(at, item));
  } else if (value instanceof Uint8Array) {
    writeTyped(out, 'U', value, 1, (view, at, item) => view.setUint8(at, item));
  } else if (value instanceof BigInt64Array) {
    writeTyped(out, 'L', value, 8, (view, at, item) => view.setBigInt64(at, item));
  } else if (Array.isArray(value)) {
    out.ascii('[#');
    writeCount(out, value.length);
    for (const item of value) writeValue(out, item);
  } else {
    out.ascii('{');
    // XGBoost's documents hold no null, boolean or other typed array: an object is what is left.
    for (const [key, item] of Object.entries(value as DocumentObject)) {
      writeText(out, key);
      writeValue(out, item);
    }
    out.ascii('}');
  }
}

function writeText(out: ByteSink, text: string): void {
  const bytes = new TextEncoder().encode(text);
  writeCount(out, bytes.length);
  out.append(bytes);
}

/** XGBoost gives every count 64 bits. */
function writeCount(out: ByteSink, count: number): void {
  out.ascii('L');
  out.append(encoded(8, (view) => view.setBigInt64(0, BigInt(count))));
}

/** The bounds are XGBoost's: the extremes of a type already take the next one. */
function writeInteger(out: ByteSink, value: number): void {
  if (Math.abs(value) < 127) {
    out.ascii('i');
    out.append(encoded(1, (view) => view.setInt8(0, value)));
  } else if (Math.abs(value) < 32767) {
    out.ascii('I');
    out.append(encoded(2, (view) => view.setInt16(0, value)));
  } else {
    out.ascii('l');
    out.append(encoded(4, (view) => view.setInt32(0, value)));
  }
}

function writeTyped<T>(
  out: ByteSink,
  marker: string,
  values: { readonly length: number; forEach(visit: (item: T, index: number) => void): void },
  width: number,
  set: (view: DataView, at: number, item: T) => void,
): void {
  out.ascii(`[$${marker}#`);
  writeCount(out, values.length);
  const bytes = encoded(values.length * width, (view) =>
    values.forEach((item, i) => {
      set(view, i * width, item);
    }),
  );
  out.append(bytes);
}

function encoded(length: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/** Collects pieces and joins them once. */
class ByteSink {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  append(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  ascii(text: string): void {
    this.append(new TextEncoder().encode(text));
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }
}
