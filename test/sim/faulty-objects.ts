/** The objects of a process, by calls that may go wrong. */

import type { ConditionalWrite, ObjectStore } from '../../lambdas/ports/index.ts';
import { ERRORS, type Fault } from './faults.ts';
import { collect, oneChunk } from './memory-objects.ts';
import type { ProcessStore, World } from './sim-world.ts';

interface Calls {
  /** Counts a call and gives it its fault; `spoil` is what the faults of its own kind do. */
  call<T>(
    name: string,
    key: string,
    perform: () => Promise<T>,
    spoil?: (fault: Fault) => Promise<T>,
  ): Promise<T>;
  /** Ends the process. */
  die(): never;
}

/** Objects in memory: the faults are what a program sees of them. */
export function memoryFaults({
  world,
  plain,
  call,
  die,
}: Calls & { readonly world: World; readonly plain: ObjectStore }): ObjectStore {
  return {
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
    delete: (key) =>
      call(
        'objects.delete',
        key,
        () => plain.delete(key),
        async (fault) => {
          if (fault !== 'request-lost') await plain.delete(key);
          if (fault === 'request-lost' || fault === 'answer-lost') throw ERRORS.lost();
        },
      ),
  };
}

/** Other bytes than were written, once. */
function spoilt(bytes: Uint8Array, fault: Fault): Uint8Array {
  if (fault === 'truncated') return Uint8Array.from(bytes.subarray(0, bytes.byteLength >> 1));
  const copy = Uint8Array.from(bytes);
  const at = copy.byteLength >> 1;
  if (fault === 'flipped-bit' && copy.byteLength > 0) copy[at] = (copy[at] as number) ^ 4;
  return copy;
}

/** Objects behind an adapter: the faults are what its network and its service do. */
export function storeFaults({ own, call, die }: Calls & { readonly own: ProcessStore }): ObjectStore {
  const { calm } = own;
  /** The call under its fault; a process that has sent a part dies. */
  const under =
    <T>(work: (objects: ObjectStore) => Promise<T>) =>
    async (fault: Fault): Promise<T> => {
      const sent = work(own.disturbed(fault));
      if (fault !== 'partial-write') return sent;
      await sent.catch(() => undefined);
      return die();
    };
  const both = <T>(name: string, key: string, work: (objects: ObjectStore) => Promise<T>): Promise<T> =>
    call(name, key, () => work(calm), under(work));
  return {
    ...(calm.minRewriteMs !== undefined && { minRewriteMs: calm.minRewriteMs }),
    get: (key) => both('objects.get', key, (objects) => objects.get(key)),
    read: (key) => both('objects.read', key, (objects) => objects.read(key)),
    // A stream may make calls of its own, which would wait for the turn of this one.
    async write(key, chunks) {
      const bytes = await collect(chunks);
      return both('objects.write', key, (objects) => objects.write(key, [bytes]));
    },
    async create(key, chunks) {
      const bytes = await collect(chunks);
      return both('objects.create', key, (objects) => objects.create(key, [bytes]));
    },
    tryPut: (key, bytes, condition) =>
      both('objects.tryPut', key, (objects) => objects.tryPut(key, bytes, condition)),
    async *list(prefix) {
      yield* await both('objects.list', prefix, async (objects) => {
        const names: string[] = [];
        for await (const name of objects.list(prefix)) names.push(name);
        return names;
      });
    },
    delete: (key) => both('objects.delete', key, (objects) => objects.delete(key)),
  };
}
