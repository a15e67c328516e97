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
import { openSource } from '../drills/model.ts';
import { Crash, ERRORS, type Fault } from './faults.ts';

interface Entry {
  readonly bytes: Uint8Array;
  readonly version: string;
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
  /** Ports of a new process. */
  process(plant?: Plant): { readonly ports: Ports; readonly isDead: () => boolean };
  /** What is there, without faults and uncounted. */
  readonly objects: ObjectStore;
}

/** An entry for bytes; the digest is its version. */
function entryOf(bytes: Uint8Array, before?: Entry): Entry {
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
    process: (plant) => createProcess(world, plant),
    get objects() {
      return plainObjects(world);
    },
  };
  return world;
}

function plainObjects({ files, effect }: Pick<World, 'files' | 'effect'>): ObjectStore {
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

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const HOUR = 3_600_000;

function createProcess(world: World, plant: Plant = (objects) => objects): ReturnType<World['process']> {
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Crash();
  };
  /** The call, with its fault. `spoil` is what the faults of its own kind do. */
  async function call<T>(
    name: string,
    key: string,
    perform: () => Promise<T>,
    spoil: (fault: Fault) => Promise<T> = perform,
  ): Promise<T> {
    for (let turn = world.director.pause(); turn > 0; turn -= 1) await Promise.resolve();
    if (dead) throw new Crash();
    const fault = world.director.fault(world.calls.push({ name, key }) - 1, { name, key });
    if (fault === 'crash-before') return die();
    if (fault === 'throttled') throw ERRORS.throttled();
    if (fault === 'denied') throw ERRORS.denied();
    if (fault === 'full') throw ERRORS.full();
    if (fault === 'flipped-bit' || fault === 'truncated') world.spoilt = true;
    if (fault === 'clock-back') world.skew -= HOUR;
    if (fault === 'clock-ahead') world.skew += HOUR / 12;
    if (fault === 'slow') world.now += 5 * HOUR;
    if (fault === 'crash-after') {
      await perform();
      return die();
    }
    if (fault !== undefined) return spoil(fault);
    return perform();
  }
  /** Whose answers may be lost. */
  const send = (name: string, key: string, perform: () => Promise<void>): Promise<void> =>
    call(name, key, perform, async (fault) => {
      if (fault !== 'request-lost') await perform();
      if (fault === 'request-lost' || fault === 'answer-lost') throw ERRORS.lost();
    });
  const lossy =
    <T>(perform: () => Promise<T>) =>
    async (fault: Fault): Promise<T> => {
      if (fault === 'request-lost') throw ERRORS.lost();
      return perform();
    };

  const plain: ObjectStore = {
    get: (key) => world.objects.get(key),
    read: (key) => world.objects.read(key),
    write: (key, chunks) => world.objects.write(key, chunks),
    create: (key, chunks) => world.objects.create(key, chunks),
    tryPut: (key, bytes, condition) => world.objects.tryPut(key, bytes, condition),
    list: (prefix) => world.objects.list(prefix),
    delete: (key) => world.objects.delete(key),
  };
  const faulty: ObjectStore = {
    get: (key) =>
      call(
        'objects.get',
        key,
        () => plain.get(key),
        async (fault) => {
          if (fault === 'request-lost') throw ERRORS.lost();
          const entry =
            fault === 'stale-read'
              ? (world.files.get(key)?.before ?? world.files.get(key))
              : world.files.get(key);
          return entry && { bytes: spoilt(entry.bytes, fault), version: entry.version };
        },
      ),
    read: (key) =>
      call(
        'objects.read',
        key,
        () => plain.read(key),
        async (fault) => {
          if (fault === 'request-lost') throw ERRORS.lost();
          const entry = world.files.get(key);
          return entry && oneChunk(spoilt(entry.bytes, fault));
        },
      ),
    write: (key, chunks) =>
      call(
        'objects.write',
        key,
        () => plain.write(key, chunks),
        async (fault) => {
          if (fault === 'partial-write') {
            for await (const _ of chunks) break;
            return die();
          }
          if (fault !== 'request-lost') await plain.write(key, chunks);
          if (fault === 'request-lost' || fault === 'answer-lost') throw ERRORS.lost();
        },
      ),
    create: (key, chunks) =>
      call(
        'objects.create',
        key,
        () => plain.create(key, chunks),
        async (fault) => {
          if (fault === 'partial-write') {
            for await (const _ of chunks) break;
            return die();
          }
          if (fault === 'request-lost') throw ERRORS.lost();
          const created = await plain.create(key, chunks);
          if (fault === 'answer-lost') throw ERRORS.lost();
          return fault === 'own-conflict' ? false : created;
        },
      ),
    tryPut: (key, bytes, condition) =>
      call(
        'objects.tryPut',
        key,
        () => plain.tryPut(key, bytes, condition),
        async (fault): Promise<ConditionalWrite> => {
          if (fault === 'request-lost') return { outcome: 'unknown', cause: ERRORS.lost() };
          const result = await plain.tryPut(key, bytes, condition);
          if (fault === 'own-conflict') return { outcome: 'conflict' };
          return fault === 'answer-lost' ? { outcome: 'unknown', cause: ERRORS.lost() } : result;
        },
      ),
    async *list(prefix) {
      let hidden = false;
      await call(
        'objects.list',
        prefix,
        async () => {},
        async (fault) => {
          if (fault === 'request-lost') throw ERRORS.lost();
          hidden = fault === 'no-evidence';
        },
      );
      if (!hidden) yield* plain.list(prefix);
    },
    delete: (key) => send('objects.delete', key, () => plain.delete(key)),
  };

  let names = 0;
  const objects = plant(faulty, world);
  const add = (event: string, fields?: object) => void world.log.push(JSON.stringify({ event, ...fields }));
  const logger: Ports['logger'] = { info: add, warn: add, error: add, with: () => logger };
  const sleep = async (ms: number): Promise<void> => {
    world.now += ms;
  };
  const ports: Ports = {
    objects,
    logger,
    clock: { now: () => world.now, steady: () => world.now - world.skew, sleep },
    events: {
      publish: (event) => send('events.publish', event.id, async () => void world.published.push(event)),
    },
    notifier: {
      notify: (one) => send('notifier.notify', one.subject, async () => void world.notified.push(one)),
    },
    metrics: { emit() {} },
    registryMirror: { show: ({ version }) => send('registryMirror.show', String(version), async () => {}) },
    online: {
      put: (rows) =>
        send('online.put', '', async () => {
          for (const row of rows)
            if (row.at >= (world.online.get(row.key)?.at ?? Number.NEGATIVE_INFINITY))
              world.online.set(row.key, row);
        }),
      delete: (key) => send('online.delete', '', async () => void world.online.delete(key)),
      get: (key) => {
        const perform = async () => world.online.get(key);
        return call('online.get', key, perform, lossy(perform));
      },
    },
    predictions: {
      nextId: () => `r${world.calls.length}-${names++}`,
      append: (records) => {
        const [date = '', time = ''] = new Date(world.now).toISOString().split('T');
        const key = `predictions/${date}/${time.slice(0, 2)}/${world.calls.length}.jsonl`;
        const lines = records.map(({ line }) => `${line}\n`).join('');
        return send('predictions.append', key, () => plain.write(key, [Buffer.from(lines)]));
      },
      flush: async () => {},
    },
    source: () =>
      call('source.open', '', async () => {
        const source = openSource();
        return {
          ...source,
          snapshot: (work) =>
            source.snapshot((snapshot) =>
              work({
                id: snapshot.id,
                describe: (query) => {
                  const perform = () => snapshot.describe(query);
                  return call('source.describe', '', perform, lossy(perform));
                },
                stream: (query) => streamed(() => snapshot.stream(query)),
              }),
            ),
        };
      }),
  };
  async function* streamed(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let cut = false;
    await call(
      'source.stream',
      '',
      async () => {},
      async (fault) => {
        if (fault === 'request-lost') throw ERRORS.lost();
        cut = fault === 'connection-cut';
      },
    );
    let chunks = 0;
    for await (const chunk of open()) {
      if (cut && chunks++ === 2) throw ERRORS.cut();
      yield chunk;
    }
  }
  return { ports, isDead: () => dead };
}

/** Other bytes than were written, once. */
function spoilt(bytes: Uint8Array, fault: Fault): Uint8Array {
  if (fault === 'truncated') return Uint8Array.from(bytes.subarray(0, bytes.byteLength >> 1));
  const copy = Uint8Array.from(bytes);
  const at = copy.byteLength >> 1;
  if (fault === 'flipped-bit' && copy.byteLength > 0) copy[at] = (copy[at] as number) ^ 4;
  return copy;
}
