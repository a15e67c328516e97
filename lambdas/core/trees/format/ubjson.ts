/**
 * UBJSON as XGBoost writes it (https://ubjson.org, draft 12, big-endian): objects without counts, lists with
 * `#` counts, number lists with one type `[$d#`. A declared count is compared with the bytes that are left
 * before anything is allocated, types without bytes (`Z`, `T`, `F`) are refused as list types, and everything
 * but the numbers of typed lists is counted against `MODEL_LIMITS`, because an object of 2 bytes takes 200.
 */

import { RuntimeFailure } from '../../errors.ts';
import { checkLimit, MODEL_LIMITS } from '../model.ts';
import { type DocumentObject, type DocumentValue, malformedModel, type NumberArray } from './document.ts';

/** XGBoost's own documents nest 8 deep. */
const MAX_NESTING = 64;

interface NumberType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
  readonly list: (length: number) => NumberArray;
}

/** The number markers but `L`, a 64-bit integer, which does not fit a double. */
const NUMBER_TYPES: ReadonlyMap<string, NumberType> = new Map([
  ['U', { bytes: 1, read: (view, at) => view.getUint8(at), list: (length) => new Uint8Array(length) }],
  ['i', { bytes: 1, read: (view, at) => view.getInt8(at), list: (length) => new Int8Array(length) }],
  ['I', { bytes: 2, read: (view, at) => view.getInt16(at), list: (length) => new Int16Array(length) }],
  ['l', { bytes: 4, read: (view, at) => view.getInt32(at), list: (length) => new Int32Array(length) }],
  ['d', { bytes: 4, read: (view, at) => view.getFloat32(at), list: (length) => new Float32Array(length) }],
  ['D', { bytes: 8, read: (view, at) => view.getFloat64(at), list: (length) => new Float64Array(length) }],
] satisfies [string, NumberType][]);

/**
 * Reads one UBJSON value that must fill `bytes` to the end.
 *
 * @throws RuntimeFailure `model/truncated`, `model/bad-count`, `model/too-large` or `model/malformed`.
 */
export function parseUbjson(bytes: Uint8Array): DocumentValue {
  const reader = new UbjsonReader(bytes);
  const value = reader.value(reader.marker(), 0);
  reader.end();
  return value;
}

class UbjsonReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true });
  private at = 0;
  private parts = 0;
  private values = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  end(): void {
    if (this.at !== this.bytes.length)
      throw malformedModel(`${this.bytes.length - this.at} bytes follow the end of the model`);
  }

  marker(): string {
    return String.fromCharCode(this.view.getUint8(this.take(1)));
  }

  value(marker: string, depth: number): DocumentValue {
    if (depth > MAX_NESTING)
      throw new RuntimeFailure('model/too-large', `values nest deeper than ${MAX_NESTING}`);
    checkLimit('values', ++this.values);
    switch (marker) {
      case '{':
        return this.object(depth);
      case '[':
        return this.list(depth);
      case 'S':
        return this.text();
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      default:
        return this.number(marker);
    }
  }

  private object(depth: number): DocumentObject {
    this.addPart();
    // Without a prototype, `__proto__` is a key like any other.
    const object: { [key: string]: DocumentValue } = Object.create(null);
    for (let marker = this.marker(); marker !== '}'; marker = this.marker()) {
      this.addPart();
      const key = this.text(marker);
      object[key] = this.value(this.marker(), depth + 1);
    }
    return object;
  }

  private list(depth: number): DocumentValue {
    this.addPart();
    const first = this.marker();
    if (first === '$') return this.typedList();
    const list: DocumentValue[] = [];
    if (first === '#') {
      const count = this.count(1);
      for (let i = 0; i < count; i++) list.push(this.value(this.marker(), depth + 1));
    } else {
      for (let marker = first; marker !== ']'; marker = this.marker())
        list.push(this.value(marker, depth + 1));
    }
    return list;
  }

  private typedList(): NumberArray | BigInt64Array {
    const marker = this.marker();
    if (this.marker() !== '#') throw malformedModel('a typed list has no count');
    const { view } = this;
    if (marker === 'L') {
      const count = this.count(8);
      const start = this.take(count * 8);
      return BigInt64Array.from({ length: count }, (_, i) => view.getBigInt64(start + i * 8));
    }
    const { bytes, read, list } = this.numberType(marker);
    const values = list(this.count(bytes));
    const start = this.take(values.byteLength);
    for (let i = 0; i < values.length; i++) values[i] = read(view, start + i * bytes);
    return values;
  }

  private addPart(): void {
    checkLimit('parts', ++this.parts);
  }

  private text(marker: string = this.marker()): string {
    const length = this.count(1, marker);
    const start = this.take(length);
    try {
      return this.utf8.decode(this.bytes.subarray(start, start + length));
    } catch (cause) {
      throw malformedModel('a text is not valid UTF-8', cause);
    }
  }

  /** A count of things that take at least `width` bytes each. */
  private count(width: number, marker: string = this.marker()): number {
    const count = this.number(marker);
    if (!(Number.isInteger(count) && count >= 0 && count <= MODEL_LIMITS.fileBytes))
      throw new RuntimeFailure('model/bad-count', `a list or text declares ${count} elements`);
    if (count * width > this.bytes.length - this.at) throw truncated();
    return count;
  }

  private number(marker: string): number {
    if (marker === 'L') return Number(this.view.getBigInt64(this.take(8)));
    const { bytes, read } = this.numberType(marker);
    return read(this.view, this.take(bytes));
  }

  private numberType(marker: string): NumberType {
    const type = NUMBER_TYPES.get(marker);
    if (type === undefined) throw malformedModel(`byte ${this.at - 1}: '${marker}' does not start a number`);
    return type;
  }

  /** Moves past `count` bytes and returns where they start. */
  private take(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw truncated();
    this.at = start + count;
    return start;
  }
}

function truncated(): RuntimeFailure {
  return new RuntimeFailure('model/truncated', 'the model file ends too early', {
    fix: 'copy or train it again; its size or digest should be checked on the way',
  });
}
