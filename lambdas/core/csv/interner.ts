/**
 * Gives equal byte strings equal numbers, in order of first appearance. Strings are found by a hash of their
 * bytes and compared byte by byte, so no two different texts can share a number. Each different text is
 * decoded, and so checked to be UTF-8, once.
 */

/** Half of the slots stay free, so that probing stays short. */
const FIRST_SLOTS = 128;
const FIRST_ARENA_BYTES = 1024;
/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

const RECENT = 256;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class TextInterner {
  /** Every text seen, by number. */
  readonly texts: string[] = [];
  /** Number plus one, or 0 where free. */
  #slots = new Int32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS / 2);
  /** Text i is `arena[ends[i]..ends[i + 1])`. */
  #ends = new Int32Array(FIRST_SLOTS / 2 + 1);
  #arena = new Uint8Array(FIRST_ARENA_BYTES);

  /**
   * The text seen last for each mix of length, first and last byte: in a column of few texts it is nearly always
   * the right one, and comparing is cheaper than hashing.
   */
  readonly #recent = new Int32Array(RECENT).fill(-1);

  /** The number of `bytes[start..end)`; -1 when they are not UTF-8. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const key = end === start ? 0 : mix(end - start, bytes[start] as number, bytes[end - 1] as number); // not empty
    const recent = this.#recent[key] as number; // key < RECENT
    if (recent >= 0 && this.#equals(recent, bytes, start, end)) return recent;
    const id = this.#find(bytes, start, end);
    this.#recent[key] = id;
    return id;
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    let hash = FNV_OFFSET;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME); // at < end
    hash ^= hash >>> 15; // the slot is taken from the low bits
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = (slots[slot] as number) - 1; // slot <= mask
      if (id < 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[id] === hash && this.#equals(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#ends[id] as number; // id is the number of a text
    if ((this.#ends[id + 1] as number) - from !== end - start) return false;
    const arena = this.#arena;
    const shift = from - start;
    for (let at = start; at < end; at++) if (arena[at + shift] !== bytes[at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const text = decode(bytes.subarray(start, end));
    if (text === undefined) return -1;
    const id = this.texts.push(text) - 1;
    const from = this.#ends[id] as number; // grown below before it is short
    const to = from + end - start;
    while (to > this.#arena.length) this.#arena = doubled(this.#arena, Uint8Array);
    this.#arena.set(bytes.subarray(start, end), from);
    this.#ends[id + 1] = to;
    this.#hashes[id] = hash;
    this.#slots[slot] = id + 1;
    if (this.texts.length === this.#hashes.length) this.#grow();
    return id;
  }

  #grow(): void {
    this.#hashes = doubled(this.#hashes, Int32Array);
    const ends = new Int32Array(this.#hashes.length + 1);
    ends.set(this.#ends);
    this.#ends = ends;
    this.#slots = new Int32Array(this.#hashes.length * 2);
    const mask = this.#slots.length - 1;
    for (let id = 0; id < this.texts.length; id++) {
      let slot = (this.#hashes[id] as number) & mask; // id is the number of a text
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = id + 1;
    }
  }
}

const mix = (length: number, first: number, last: number): number =>
  (length * 31 + first * 7 + last) & (RECENT - 1);

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined; // the decoder's only error: not UTF-8
  }
}

function doubled<T extends Int32Array | Uint8Array>(array: T, Type: new (length: number) => T): T {
  const larger = new Type(array.length * 2);
  larger.set(array);
  return larger;
}
