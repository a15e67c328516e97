/** All ports of one process. Every call is counted and may go wrong. */

import type { Clock, ObjectStore, Ports } from '../../lambdas/ports/index.ts';
import { openSource } from '../drills/model.ts';
import { Crash, ERRORS, type Fault } from './faults.ts';
import { memoryFaults, storeFaults } from './faulty-objects.ts';
import type { Plant, World } from './sim-world.ts';

const HOUR = 3_600_000;
/** Happens to the process or its clock: the call itself is as usual. */
const OUTSIDE: ReadonlySet<Fault> = new Set(['clock-back', 'clock-ahead', 'slow']);

/** Ports of a process that may die, by the faults of its world's director. */
export function createProcess(
  world: World,
  plant: Plant = (objects) => objects,
  task: object = {},
): ReturnType<World['process']> {
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
    const { store } = world;
    if (store === undefined)
      for (let turn = world.director.pause(); turn > 0; turn -= 1) await Promise.resolve();
    await store?.turns.enter(task);
    try {
      if (dead) throw new Crash();
      const index = world.calls.push({ name, key }) - 1;
      await store?.reached(index);
      const fault = world.director.fault(index, { name, key });
      if (fault === 'crash-before') return die();
      // A store has errors of its own.
      if (store === undefined || !name.startsWith('objects.')) {
        if (fault === 'throttled') throw ERRORS.throttled();
        if (fault === 'denied') throw ERRORS.denied();
        if (fault === 'full') throw ERRORS.full();
      }
      if (fault === 'flipped-bit' || fault === 'truncated') world.spoilt = true;
      if (fault === 'clock-back') world.skew -= HOUR;
      if (fault === 'clock-ahead') world.skew += HOUR / 12;
      if (fault === 'slow') world.now += 5 * HOUR;
      if (fault === 'crash-after') {
        await perform();
        return die();
      }
      if (fault !== undefined && !OUTSIDE.has(fault)) return await spoil(fault);
      return await perform();
    } finally {
      store?.turns.leave();
    }
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

  const time: Pick<Clock, 'now' | 'steady'> = {
    now: () => world.now,
    steady: () => world.now - world.skew,
  };
  const own = world.store?.open(time, task);
  /** Of the world when a call is made: a store may come later than its processes. */
  const plain: ObjectStore = own?.calm ?? {
    get: (key) => world.objects.get(key),
    read: (key) => world.objects.read(key),
    write: (key, chunks) => world.objects.write(key, chunks),
    create: (key, chunks) => world.objects.create(key, chunks),
    tryPut: (key, bytes, condition) => world.objects.tryPut(key, bytes, condition),
    list: (prefix) => world.objects.list(prefix),
    delete: (key) => world.objects.delete(key),
  };
  const faulty =
    own === undefined ? memoryFaults({ world, plain, call, die }) : storeFaults({ own, call, die });

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
    clock: { ...time, sleep },
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
