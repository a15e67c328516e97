/** An object store in memory, and one that dies at a chosen call, for tests of what a crash leaves behind. */

import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Clock, ConditionalWrite, ObjectStore } from '../../lambdas/ports/index.ts';

export function memoryObjects(): ObjectStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const versions = new Map<string, number>();
  let next = 0;
  const put = (key: string, bytes: Uint8Array) => {
    files.set(key, bytes.slice());
    versions.set(key, ++next);
    return String(next);
  };
  return {
    files,
    async get(key) {
      const bytes = files.get(key);
      return bytes && { bytes: bytes.slice(), version: String(versions.get(key)) };
    },
    async read(key) {
      const bytes = files.get(key);
      return (
        bytes &&
        (async function* () {
          yield bytes;
        })()
      );
    },
    async write(key, chunks) {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      put(key, Buffer.concat(parts));
    },
    async create(key, chunks) {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      if (files.has(key)) return false;
      put(key, Buffer.concat(parts));
      return true;
    },
    async tryPut(key, bytes, condition): Promise<ConditionalWrite> {
      const holds =
        condition.kind === 'absent' ? !files.has(key) : String(versions.get(key)) === condition.version;
      return holds ? { outcome: 'written', version: put(key, bytes) } : { outcome: 'conflict' };
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async delete(key) {
      files.delete(key);
    },
  };
}

/** Time that passes only by sleeping. */
export function virtualClock(start = 0): Clock {
  let now = start;
  return {
    now: () => now,
    steady: () => now,
    async sleep(ms) {
      now += ms;
    },
  };
}

export class Crash extends Error {}

export interface CrashPoint {
  /** The call that dies, from 0. */
  readonly at: number;
  /** Whether the call has its effect first, or its answer is merely lost. */
  readonly when: 'before' | 'after';
}

/** Counts calls and dies at one of them; every later call dies too, as a process that is gone makes none. */
export function crashing<T extends object>(target: T, state: { calls: number }, point?: CrashPoint): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const member: unknown = Reflect.get(object, name, receiver);
      if (typeof member !== 'function') return member;
      const begin = () => {
        const call = state.calls++;
        if (point && (call > point.at || (call === point.at && point.when === 'before'))) throw new Crash();
        return () => {
          if (point && call === point.at) throw new Crash();
        };
      };
      // A list is a stream: whoever reads it dies before its first item or after its last.
      if (name === 'list')
        return async function* (...parameters: unknown[]) {
          const end = begin();
          yield* Reflect.apply(member, object, parameters) as AsyncIterable<unknown>;
          end();
        };
      return async (...parameters: unknown[]) => {
        const end = begin();
        const result: unknown = await Reflect.apply(member, object, parameters);
        end();
        return result;
      };
    },
  });
}

/** Lets other tasks run between any two calls, in an order that `order` decides: 0 to 1 per call. */
export function interleavingStore(objects: ObjectStore, order: () => number): ObjectStore {
  const pause = async () => {
    for (let turn = Math.floor(order() * 8); turn > 0; turn--) await Promise.resolve();
  };
  return {
    ...objects,
    async get(key) {
      await pause();
      return objects.get(key);
    },
    async tryPut(key, bytes, condition) {
      await pause();
      return objects.tryPut(key, bytes, condition);
    },
  };
}

export const FAULTS = ['none', 'request-lost', 'answer-lost', 'busy'] as const;

/** Conditional writes that fail as `next` says: without the effect, with it but without an answer, or refused. */
export function faultyStore(objects: ObjectStore, next: () => (typeof FAULTS)[number]): ObjectStore {
  const cause = new Error('connection reset');
  return {
    ...objects,
    async tryPut(key, bytes, condition) {
      const fault = next();
      if (fault === 'busy') throw new RuntimeFailure('objects/busy', 'slow down', { retryable: true });
      if (fault === 'request-lost') return { outcome: 'unknown', cause };
      const result = await objects.tryPut(key, bytes, condition);
      return fault === 'answer-lost' ? { outcome: 'unknown', cause } : result;
    },
  };
}
