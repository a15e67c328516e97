/** One run of a scenario whose objects are in an emulator, behind the adapter of its cloud. */

import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Clock, ConditionalWrite, ObjectStore } from '../../lambdas/ports/index.ts';
import type { NetworkFault } from '../support/store-network.ts';
import { ERRORS, type Fault } from './faults.ts';
import { entryOf, memoryOf } from './memory-objects.ts';
import type { ProcessStore, Span, StoreRun, World } from './sim-world.ts';
import type { Slot } from './store-slot.ts';
import { Turns } from './turns.ts';

/** What the network does to an attempt of a call, by the call's fault. */
const ATTEMPTS: Partial<Record<Fault, (attempt: number) => NetworkFault | undefined>> = {
  'request-lost': () => 'request-lost',
  'answer-lost': () => 'answer-lost',
  throttled: () => 'busy',
  denied: () => 'denied',
  'flipped-bit': () => 'flipped-bit',
  truncated: () => 'truncated',
  'stale-read': () => 'stale',
  'partial-write': (attempt) => (attempt === 1 ? 'half-sent' : 'request-lost'),
  'own-conflict': (attempt) => (attempt === 1 ? 'twice' : undefined),
  torn: (attempt) => (attempt === 1 ? 'half-answered' : undefined),
  silent: (attempt) => (attempt === 1 ? 'silent' : undefined),
  'failed-after': (attempt) => (attempt === 1 ? 'failed-after' : undefined),
  'token-ended': (attempt) => (attempt === 1 ? 'token-ended' : undefined),
};

/** Versions in memory are digests; the stores' are not. */
const DIGEST = /^[0-9a-f]{40}$/;

interface Current {
  readonly key: string;
  readonly fault: Fault | undefined;
  attempt: number;
}

export function createStoreRun(slot: Slot, world: World, span: Span): StoreRun {
  const turns = new Turns(() => world.director.pause());
  const plain = memoryOf({ files: world.files, effect: (key) => world.effect(key) });
  /** Knows a version by the store's name for it, too. */
  const memory: ObjectStore = {
    ...plain,
    tryPut(key, bytes, condition) {
      const there = world.files.get(key);
      return condition.kind === 'version' && there?.tag === condition.version
        ? plain.tryPut(key, bytes, { ...condition, version: there.version })
        : plain.tryPut(key, bytes, condition);
    },
  };
  const started = new Map<string, string>();
  const found: string[] = [];
  let isLive = false;
  let wasLive = false;
  const until = span.from + (span.calls ?? Number.POSITIVE_INFINITY);
  let current: Current | undefined;
  const time = () => world.now - world.skew;

  function record(key: string, bytes: Uint8Array, tag: string): void {
    world.files.set(key, { ...entryOf(Uint8Array.from(bytes), world.files.get(key)), tag });
    world.effect(key);
  }

  /** Follows what a call may have done. */
  async function settle(objects: ObjectStore, key: string): Promise<void> {
    await slot.network.quiet();
    const there = await objects.get(key);
    const known = world.files.get(key);
    if (there === undefined && known !== undefined) {
      world.files.delete(key);
      world.effect(key);
    } else if (there !== undefined && there.version !== known?.tag) record(key, there.bytes, there.version);
  }

  /** The version that the store gave to an object that was read before the store was used. */
  const translated = (key: string, version: string): string =>
    started.get(`${key} ${version}`) ?? (DIGEST.test(version) ? slot.dialect.olderVersion : version);

  /** An adapter whose effects are followed. */
  function followed(objects: ObjectStore, direct: ObjectStore): ObjectStore {
    const changing = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } finally {
        await settle(direct, key);
      }
    };
    return {
      ...(objects.minRewriteMs !== undefined && { minRewriteMs: objects.minRewriteMs }),
      get: (key) => objects.get(key),
      async read(key) {
        const chunks = await objects.read(key);
        return chunks && kept(chunks);
      },
      write: (key, chunks) => changing(key, () => objects.write(key, chunks)),
      create: (key, chunks) => changing(key, () => objects.create(key, chunks)),
      async tryPut(key, bytes, condition) {
        const real =
          condition.kind === 'absent'
            ? condition
            : { ...condition, version: translated(key, condition.version) };
        let result: ConditionalWrite | undefined;
        try {
          result = await objects.tryPut(key, bytes, real);
        } finally {
          if (result?.outcome === 'written') record(key, bytes, result.version);
          else await settle(direct, key);
        }
        return result;
      },
      async *list(prefix) {
        yield* await all(objects.list(prefix));
      },
      delete: (key) => changing(key, () => objects.delete(key)),
    };
  }

  function open(clock: Pick<Clock, 'now' | 'steady'>, sleep: (ms: number) => Promise<void>): ProcessStore {
    const adapters = slot.open({ ...clock, sleep });
    const [direct, through] = [adapters.direct, adapters.disturbed].map((one) =>
      followed(one, adapters.direct),
    ) as [ObjectStore, ObjectStore]; // one of each
    /** A write, through the network where the store would refuse it. */
    const written = async <T>(key: string, write: (objects: ObjectStore) => Promise<T>): Promise<T> => {
      const isTooSoon = slot.network.isTooSoon(key);
      if (isTooSoon) current = { key, fault: undefined, attempt: 0 };
      const result = await write(!isLive ? memory : isTooSoon ? through : direct);
      slot.network.wrote(key);
      return result;
    };
    /** In memory, an adapter asks again for what has no condition, and gives up on what has one. */
    const spaced = async <T>(key: string, write: (objects: ObjectStore) => Promise<T>): Promise<T> => {
      if (!isLive && slot.network.isTooSoon(key)) await sleep(slot.dialect.rewriteMs);
      return written(key, write);
    };
    return {
      calm: {
        ...(direct.minRewriteMs !== undefined && { minRewriteMs: direct.minRewriteMs }),
        get: (key) => (isLive ? direct : memory).get(key),
        read: (key) => (isLive ? direct : memory).read(key),
        list: (prefix) => (isLive ? direct : memory).list(prefix),
        write: (key, chunks) => spaced(key, (objects) => objects.write(key, chunks)),
        create: (key, chunks) => spaced(key, (objects) => objects.create(key, chunks)),
        async tryPut(key, bytes, condition) {
          if (!isLive && slot.network.isTooSoon(key)) throw ERRORS.throttled();
          return written(key, (objects) => objects.tryPut(key, bytes, condition));
        },
        delete: (key) => (isLive ? direct : memory).delete(key),
      },
      disturbed(fault) {
        const meet = (key: string) => {
          current = { key, fault, attempt: 0 };
          return through;
        };
        return {
          get: (key) => meet(key).get(key),
          read: (key) => meet(key).read(key),
          list: (prefix) => meet(prefix).list(prefix),
          write: (key, chunks) => meet(key).write(key, chunks),
          create: (key, chunks) => meet(key).create(key, chunks),
          async tryPut(key, bytes, condition): Promise<ConditionalWrite> {
            if (fault === 'overtaken') await overtake(adapters.direct, key);
            return meet(key).tryPut(key, bytes, condition);
          },
          delete: (key) => meet(key).delete(key),
        };
      },
    };
  }

  /** Somebody else writes the same bytes again, which is another version of the same state. */
  async function overtake(direct: ObjectStore, key: string): Promise<void> {
    const known = world.files.get(key);
    if (known === undefined) return;
    const result = await direct.tryPut(key, known.bytes, { kind: 'version', version: known.tag ?? '' });
    if (result.outcome === 'written') world.files.set(key, { ...known, tag: result.version });
  }

  /** From here on the store holds the objects. */
  async function begin(): Promise<void> {
    if (isLive) return;
    isLive = true;
    wasLive = true;
    for (const [key, entry] of await slot.hold(world.files)) {
      world.files.set(key, entry);
      started.set(`${key} ${entry.version}`, entry.tag ?? '');
    }
  }

  /** Compares what the store holds with what it was seen to hold. */
  async function end(): Promise<void> {
    if (!isLive) return;
    const names = new Set(await all(own.calm.list('')));
    for (const key of world.files.keys()) if (!names.delete(key)) found.push(`the store has lost ${key}`);
    for (const key of names) found.push(`the store holds ${key}, which nobody wrote`);
    slot.left(new Map(world.files));
    isLive = false;
  }

  slot.network.begin({
    now: time,
    tokenUses: 0,
    fault() {
      if (current?.fault === undefined) return undefined;
      current.attempt += 1;
      return ATTEMPTS[current.fault]?.(current.attempt);
    },
    older() {
      const entry = world.files.get(current?.key ?? '');
      const before = entry?.before ?? entry;
      const version = before?.tag ?? slot.dialect.olderVersion;
      return { bytes: before?.bytes ?? new Uint8Array(), version };
    },
  });

  const now = () => world.now;
  const own = open({ now, steady: time }, async (ms) => {
    world.now += ms;
  });

  return {
    turns,
    objects: own.calm,
    open: (clock, task) =>
      open(clock, async (ms) => {
        // The attempts of one call may have those of others between them.
        const mine = current;
        if (mine !== undefined && isLive) await settle(own.calm, mine.key);
        world.now += ms;
        turns.leave();
        await turns.enter(task);
        current = mine;
      }),
    async reached(index) {
      if (index >= until) await end();
      else if (index >= span.from) await begin();
    },
    async place(files) {
      for (const [key, { bytes }] of files) await own.calm.write(key, [bytes]);
    },
    async close() {
      await end();
      return wasLive ? found : ['the store was never used'];
    },
  };
}

async function all(names: AsyncIterable<string>): Promise<readonly string[]> {
  const read: string[] = [];
  for await (const name of names) read.push(name);
  return read;
}

/** The chunks of a body that is read at once, and then its failure: a body that comes by and by has no turn. */
async function kept(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const read: Uint8Array[] = [];
  let failure: unknown;
  try {
    for await (const chunk of chunks) read.push(chunk);
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    failure = error;
  }
  return (async function* () {
    yield* read;
    if (failure !== undefined) throw failure;
  })();
}
