/**
 * The inner loops of training and batch scoring, compiled to WebAssembly from assembly/: vectors of 16 bytes and no
 * bounds checks make them up to twice as fast as JavaScript, with the same bits. Every engine since Node 16.4 has them.
 * A kernel sees only a memory of its own, whose arrays this file lays out.
 */

import { RuntimeFailure } from '../../errors.ts';
import { WASM } from './wasm.ts';

/** Exports of assembly/index.ts; its files document the arguments. Addresses are byte offsets. */
export interface Kernels {
  walk(...args: readonly number[]): void;
  fillHistogram(...args: readonly number[]): void;
  subtractHistogram(parent: number, child: number, bins: number): void;
  partition(...args: readonly number[]): number;
  logisticPairs(margins: number, labels: number, weights: number, pairs: number, rows: number): void;
}

const KINDS = {
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
};
type Kind = keyof typeof KINDS;
/** Arrays by name: their type and number of entries. */
type Layout = Readonly<Record<string, readonly [Kind, number]>>;
type Arrays<L extends Layout> = { readonly [Name in keyof L]: InstanceType<(typeof KINDS)[L[Name][0]]> };

const PAGE = 65_536;
/** Addresses are 32 bits (WebAssembly core specification 2.0, 2.3.8). */
const MOST_PAGES = 65_536;
const ALIGNMENT = 16;

/** The used part of the global; ES2023 and Node have no types for it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/**
 * Kernels over a new memory that holds these arrays, filled with zeros.
 *
 * @throws RuntimeFailure `kernels/too-large`: they take more than 4 GiB; `kernels/no-memory`.
 */
export function createKernels<const L extends Layout>(layout: L): { kernels: Kernels; arrays: Arrays<L> } {
  let size = 0;
  const places = Object.entries(layout).map(([name, [kind, length]]) => {
    const offset = size;
    size += Math.ceil((length * KINDS[kind].BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
    return { name, kind, length, offset };
  });
  const initial = Math.max(1, Math.ceil(size / PAGE));
  if (initial > MOST_PAGES)
    throw new RuntimeFailure(
      'kernels/too-large',
      `${size} bytes are asked for; ${MOST_PAGES * PAGE} is the most`,
      {
        fix: 'train on fewer rows or columns',
      },
    );
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(WASM), (char) => char.charCodeAt(0)));
  const memory = reserve(initial);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const arrays = places.map(({ name, kind, length, offset }) => [
    name,
    new KINDS[kind](memory.buffer, offset, length),
  ]);
  // The exports of our own module, and one array per entry of the layout.
  return { kernels: exports as Kernels, arrays: Object.fromEntries(arrays) as Arrays<L> };
}

function reserve(initial: number): InstanceType<typeof WebAssembly.Memory> {
  try {
    return new WebAssembly.Memory({ initial });
  } catch (cause) {
    throw new RuntimeFailure(
      'kernels/no-memory',
      `the engine reserves no memory of ${initial * PAGE} bytes`,
      {
        fix:
          'give the process more memory; where its address space is limited (ulimit -v), lift the limit or start ' +
          'Node with --disable-wasm-trap-handler',
        cause,
      },
    );
  }
}
