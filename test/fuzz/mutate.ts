import { Random } from '../../lambdas/core/numeric/random.ts';
import type { Corpus } from './corpus.ts';

/** Longer inputs are cut: what they show a shorter one shows too. */
const MAX_BYTES = 60_000;
const MAX_CHANGES = 4;
const EDGES = [
  '0',
  '-1',
  '255',
  '256',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '9007199254740993',
  '18446744073709551615',
  '1e400',
  '-1e-400',
  '0.1',
];

/** Of the mutations of JSON, this share keeps it JSON. */
const STRUCTURED = 0.7;
/** Values that stand where others are wanted. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  1e308,
  1e15,
  -1e15,
  101,
  '',
  ' ',
  'a',
  '__proto__',
  'constructor',
  '2026-01-31',
  'x'.repeat(3_000),
  '../..',
  "'; drop table x; --",
  '\u202e',
  '\ud800',
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { ['__proto__']: 1 },
  [1, 'a', {}],
  Array(50).fill(0),
];
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  '',
  'a',
  'kind',
  'name',
  'features',
  'rows',
  'key',
  'id',
  'min',
  'max',
] as const;

/** JSON with some of its values, or names, exchanged. */
function exchanged(bytes: Uint8Array, random: Random): Uint8Array {
  const pick = <T>(all: readonly T[]): T => all[random.below(all.length)] as T; // none of these lists is empty
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return bytes;
  }
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const places = placesIn(document);
    if (places.length === 0) return Buffer.from(JSON.stringify(pick(VALUES)));
    const { parent, key } = pick(places);
    const set = (name: string, value: unknown) =>
      Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
    const what = random.below(4);
    if (what === 0 && !Array.isArray(parent)) Reflect.deleteProperty(parent, key);
    else if (what === 1 && !Array.isArray(parent)) set(pick(KEYS), structuredClone(pick(VALUES)));
    else if (what === 2) set(key, structuredClone(pick(places).value));
    else set(key, structuredClone(pick(VALUES)));
  }
  return Buffer.from(JSON.stringify(document));
}

interface Place {
  readonly parent: object;
  readonly key: string;
  readonly value: unknown;
}

/** At most some hundred places, the outer ones first. */
function placesIn(document: unknown): readonly Place[] {
  const places: Place[] = [];
  const queue: unknown[] = [document];
  while (queue.length > 0 && places.length < 500) {
    const parent = queue.shift();
    if (typeof parent !== 'object' || parent === null) continue;
    for (const [key, value] of Object.entries(parent)) {
      places.push({ parent, key, value });
      queue.push(value);
    }
  }
  return places;
}

/** The k-th mutation of a corpus under a seed; the same arguments give the same bytes. */
export function mutation(
  { cases, good, tokens, structured = false }: Pick<Corpus, 'cases' | 'good' | 'tokens' | 'structured'>,
  seed: number,
  k: number,
): Uint8Array {
  const random = Random.fromSeed(seed * 1_000_003 + k);
  const pick = <T>(all: readonly T[]): T => all[random.below(all.length)] as T; // none of these lists is empty
  const base = (): Uint8Array => {
    const chosen = random.uniform() < 0.5 ? pick(good) : pick(cases).input;
    return chosen.subarray(0, MAX_BYTES);
  };
  let bytes = Uint8Array.from(base());
  if (structured && random.uniform() < STRUCTURED) return exchanged(bytes, random);
  const splice = (at: number, removed: number, added: Uint8Array) => {
    bytes = Uint8Array.from(Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]));
  };
  const place = () => random.below(bytes.byteLength + 1);
  const changes: readonly (() => void)[] = [
    () => {
      const at = random.below(bytes.byteLength || 1);
      if (at < bytes.byteLength) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    },
    () => {
      const at = random.below(bytes.byteLength || 1);
      if (at < bytes.byteLength) bytes[at] = random.below(256);
    },
    () => splice(place(), 0, Buffer.from(pick(tokens), 'latin1')),
    () => splice(place(), 0, Buffer.from(pick(tokens), 'utf8')),
    () => splice(place(), random.below(20), new Uint8Array()),
    () => {
      bytes = bytes.slice(0, place());
    },
    () => {
      const [at, length] = [place(), random.below(200)];
      splice(place(), 0, bytes.slice(at, at + length));
    },
    () => {
      const other = base();
      const at = random.below(other.byteLength + 1);
      splice(place(), random.below(100), other.slice(at, at + random.below(400)));
    },
    () => {
      // A number becomes another one, in the text or in the binary format.
      const text = Buffer.from(bytes).toString('latin1');
      const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)];
      const found = numbers.length === 0 ? undefined : pick(numbers);
      if (found !== undefined) splice(found.index, found[0].length, Buffer.from(pick(EDGES)));
    },
    () => {
      const view = Buffer.alloc(8);
      view.writeBigInt64BE(pick([-1n, 0n, 1n << 62n, -(1n << 63n), 1n << 31n, 1n << 32n]));
      splice(place(), 8, view);
    },
  ];
  for (let left = 1 + random.below(MAX_CHANGES); left > 0; left -= 1) pick(changes)();
  return bytes.subarray(0, MAX_BYTES);
}
