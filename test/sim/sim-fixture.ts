/** All ports in memory. Every call is counted and may go wrong; objects have digests as versions, as on S3. */

import { createHash } from 'node:crypto';
import type {
  ConditionalWrite,
  ModelEvent,
  ObjectStore,
  OnlineRow,
  Ports,
} from '../../lambdas/ports/index.ts';
import type { Notification } from '../../lambdas/ports/notifier.ts';
import type { Fault } from './faults.ts';
import { createProcess } from './sim-process.ts';
import type { StoreRun } from './store-run.ts';

/** An object. */
export interface Entry {
  readonly bytes: Uint8Array;
  readonly version: string;
  /** The version that a store gave to it. */
  readonly tag?: string | undefined;
  readonly before?: Entry | undefined;
}
export type Files = ReadonlyMap<string, Entry>;

export interface Call {
  /** `objects.tryPut`. */
  readonly name: string;
  readonly key: string;
}

/** Decides what happens at a call, and lets others go first where several processes run. */
export interface Director {
  /** @param index - Of the call, from 0. */
  fault(index: number, call: Call): Fault | undefined;
  /** Turns of other tasks before a call. */
  pause(): number;
}

export const CALM: Director = { fault: () => undefined, pause: () => 0 };

/** Changes a port's objects, as a program with a fault of its own would. */
export type Plant = (objects: ObjectStore, world: World) => ObjectStore;

export interface World {
  readonly files: Map<string, Entry>;
  readonly calls: Call[];
  readonly published: ModelEvent[];
  readonly notified: Notification[];
  readonly log: string[];
  readonly online: Map<string, OnlineRow>;
  /** What its clock shows; setting it lets time pass. */
  now: number;
  /** By how much the clock shows another time than has passed, ms. */
  skew: number;
  director: Director;
  /** Whether something was read otherwise than it was written. */
  spoilt: boolean;
  /** Called after every effect. */
  effect: (key: string) => void;
  /**
   * Ports of a new process.
   *
   * @param task - Whose calls take turns with those of other tasks. @default one of its own
   */
  process(plant?: Plant, task?: object): { readonly ports: Ports; readonly isDead: () => boolean };
  /** What is there, without faults and uncounted. */
  readonly objects: ObjectStore;
  /** Puts objects there that somebody else wrote. */
  place(files: Files): Promise<void>;
  /** The emulator that holds the objects, where they are not in memory alone. `files` follows it then. */
  store?: StoreRun;
}

/** An entry for bytes; the digest is its version. */
export function entryOf(bytes: Uint8Array, before?: Entry): Entry {
  return { bytes, version: createHash('sha1').update(bytes).digest('hex'), before };
}

export function createWorld(files: Files = new Map(), now = 0): World {
  const world: World = {
    files: new Map(files),
    calls: [],
    published: [],
    notified: [],
    log: [],
    online: new Map(),
    skew: 0,
    get now() {
      return now + world.skew;
    },
    set now(at) {
      now = at - world.skew;
    },
    director: CALM,
    spoilt: false,
    effect: () => {},
    process: (plant, task) => createProcess(world, plant, task),
    get objects() {
      return world.store?.objects ?? memoryOf(world);
    },
    async place(placed) {
      if (world.store !== undefined) return world.store.place(placed);
      for (const [key, entry] of placed) {
        world.files.set(key, entry);
        world.effect(key);
      }
    },
  };
  return world;
}

/** The objects of a world that has them in memory. */
export function memoryOf({ files, effect }: Pick<World, 'files' | 'effect'>): ObjectStore {
  const put = (key: string, bytes: Uint8Array): string => {
    const entry = entryOf(Uint8Array.from(bytes), files.get(key));
    files.set(key, entry);
    effect(key);
    return entry.version;
  };
  return {
    async get(key) {
      const entry = files.get(key);
      return entry && { bytes: Uint8Array.from(entry.bytes), version: entry.version };
    },
    async read(key) {
      const entry = files.get(key);
      return entry && oneChunk(entry.bytes);
    },
    async write(key, chunks) {
      put(key, await collect(chunks));
    },
    async create(key, chunks) {
      const bytes = await collect(chunks);
      if (files.has(key)) return false;
      put(key, bytes);
      return true;
    },
    async tryPut(key, bytes, condition): Promise<ConditionalWrite> {
      const version = files.get(key)?.version;
      const holds = condition.kind === 'absent' ? version === undefined : version === condition.version;
      return holds ? { outcome: 'written', version: put(key, bytes) } : { outcome: 'conflict' };
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async delete(key) {
      files.delete(key);
      effect(key);
    },
  };
}

export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
