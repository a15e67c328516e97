import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import {
  type Codec,
  createOnce,
  fullJitter,
  readState,
  updateOnce,
} from '../../lambdas/stores/conditional-write.ts';
import { type Cloud, createFakeObjects, type Fault } from '../support/fake-objects.ts';
import { tempDir } from '../support/temp-dir.ts';

const CLOUDS: readonly Cloud[] = ['s3', 'gcs', 'azure'];
const KEY = 'release/state.json';

/** Which operations had an effect, in order: an effect that happens twice is seen. */
interface Ledger {
  readonly applied: readonly string[];
}

const codec: Codec<Ledger> = {
  encode: (ledger) => ledger,
  decode(json) {
    if (!Array.isArray((json as Ledger).applied)) throw new TypeError('not a ledger');
    return json as Ledger;
  },
};

const applying = (opId: string) => (current: Ledger | undefined) => ({
  applied: [...(current?.applied ?? []), opId],
});

/** A fake whose conditional writes meet these faults, one after another, and then none. */
function fakeWith(cloud: Cloud, faults: readonly Fault[], clock: Clock = createVirtualClock(0)) {
  const left = [...faults];
  const objects = createFakeObjects({ cloud, clock, faults: () => left.shift() ?? 'none' });
  return { objects, clock };
}

describe.each(CLOUDS)('updateOnce on %s', (cloud) => {
  it('creates the state, then changes it', async () => {
    const ports = fakeWith(cloud, []);
    expect(await updateOnce(ports, KEY, 'a', applying('a'), codec)).toEqual({
      outcome: 'written',
      state: { applied: ['a'] },
    });
    expect(await updateOnce(ports, KEY, 'b', applying('b'), codec)).toEqual({
      outcome: 'written',
      state: { applied: ['a', 'b'] },
    });
    expect(await readState(ports.objects, KEY, codec)).toMatchObject({
      seq: 2,
      ops: ['a', 'b'],
      state: { applied: ['a', 'b'] },
    });
  });

  it('has no second effect when an operation is delivered again, even after later ones', async () => {
    const ports = fakeWith(cloud, []);
    for (const opId of ['a', 'b', 'a', 'c', 'a', 'b']) {
      expect((await updateOnce(ports, KEY, opId, applying(opId), codec)).outcome).toBe('written');
    }
    expect((await readState(ports.objects, KEY, codec))?.state.applied).toEqual(['a', 'b', 'c']);
  });

  it.each<Fault>(['lost-request', 'lost-answer', 'late', 'twice', 'unavailable', 'throttle'])(
    'takes effect once through the fault %s, on creation and on change',
    async (fault) => {
      const ports = fakeWith(cloud, [fault, 'none', fault, fault]);
      expect((await updateOnce(ports, KEY, 'a', applying('a'), codec)).outcome).toBe('written');
      await ports.clock.sleep(5_000);
      expect((await updateOnce(ports, KEY, 'b', applying('b'), codec)).outcome).toBe('written');
      await ports.clock.sleep(5_000);
      expect((await readState(ports.objects, KEY, codec))?.state.applied).toEqual(['a', 'b']);
    },
  );

  it('finds its own write when every response is lost', async () => {
    const ports = fakeWith(cloud, Array<Fault>(50).fill('lost-answer'));
    expect((await updateOnce(ports, KEY, 'a', applying('a'), codec)).outcome).toBe('written');
  });

  it('ends unknown after 8 rounds within 30 s when no write gets through, and a repeat settles it', async () => {
    const ports = fakeWith(cloud, Array<Fault>(8).fill('lost-request'));
    const result = await updateOnce(ports, KEY, 'a', applying('a'), codec);
    expect(result).toMatchObject({ outcome: 'unknown', cause: { message: 'ECONNRESET' } });
    expect(ports.clock.now()).toBeLessThan(45_000);
    expect(ports.objects.history).toHaveLength(0);
    expect((await updateOnce(ports, KEY, 'a', applying('a'), codec)).outcome).toBe('written');
  });

  it('writes nothing when there is nothing to do', async () => {
    const ports = fakeWith(cloud, []);
    expect(await updateOnce(ports, KEY, 'a', () => undefined, codec)).toEqual({
      outcome: 'unchanged',
      state: undefined,
    });
    await updateOnce(ports, KEY, 'b', applying('b'), codec);
    expect(await updateOnce(ports, KEY, 'c', () => undefined, codec)).toEqual({
      outcome: 'unchanged',
      state: { applied: ['b'] },
    });
    expect(ports.objects.history).toHaveLength(1);
  });

  it('applies each of many concurrent operations exactly once', async () => {
    await fc.assert(
      exactlyOnce(cloud, (objects) => objects),
      { numRuns: 2_000, seed: 1669 },
    );
  });

  it('fails to apply operations once when it does not remember their ids', async () => {
    const details = await fc.check(exactlyOnce(cloud, withoutOperationIds), { numRuns: 500, seed: 1669 });
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toContain('expected 2 to be less than or equal to 1');
  });
});

/** The planted bug: whoever reads a state finds no operation ids in it. */
function withoutOperationIds(objects: ObjectStore): ObjectStore {
  return {
    ...objects,
    async get(key) {
      const found = await objects.get(key);
      if (found === undefined) return undefined;
      const envelope = JSON.parse(Buffer.from(found.bytes).toString()) as object;
      return { ...found, bytes: Buffer.from(JSON.stringify({ ...envelope, ops: [], sha256: undefined })) };
    },
  };
}

/**
 * Two or three actors bring four operations, some of them twice, through a network that loses, delays, doubles
 * and refuses. Once all is quiet: `written` means one effect, `unknown` at most one; no body was ever repeated,
 * and every change built on the one before it.
 */
function exactlyOnce(cloud: Cloud, wrap: (objects: ObjectStore) => ObjectStore) {
  const fault = fc.constantFrom<Fault>(
    'none',
    'none',
    'lost-request',
    'lost-answer',
    'late',
    'twice',
    'unavailable',
    'throttle',
  );
  const delivery = fc.record({ op: fc.constantFrom('a', 'b', 'c', 'd'), actor: fc.nat(2) });
  const scenario = fc.record({
    actors: fc.integer({ min: 2, max: 3 }),
    first: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    repeated: fc.array(delivery, { maxLength: 4 }),
    faults: fc.array(fault, { maxLength: 40 }),
    latencies: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
  });
  return fc.asyncProperty(scenario, async ({ actors, first, repeated, faults, latencies }) => {
    const clock = createVirtualClock(0);
    const left = [...faults];
    let requests = 0;
    const fake = createFakeObjects({
      cloud,
      clock,
      faults: () => left.shift() ?? 'none',
      latency: () => latencies[requests++ % latencies.length] as number,
    });
    const ports = { objects: wrap(fake), clock };
    const deliveries = [
      ...first.map((actor, index) => ({ op: 'abcd'[index] as string, actor })),
      ...repeated,
    ];
    const written = new Set<string>();
    const work = async (actor: number) => {
      for (const { op } of deliveries.filter((each) => each.actor % actors === actor)) {
        const result = await updateOnce(ports, KEY, op, applying(op), codec);
        if (result.outcome === 'written') {
          written.add(op);
          expect(result.state.applied).toContain(op);
        }
      }
    };
    await Promise.all(Array.from({ length: actors }, (_, actor) => work(actor)));
    await clock.sleep(60_000);

    const applied = (await readState(fake, KEY, codec))?.state.applied ?? [];
    for (const op of 'abcd') {
      const effects = applied.filter((each) => each === op).length;
      expect(effects).toBeLessThanOrEqual(1);
      if (written.has(op)) expect(effects).toBe(1);
    }
    const bodies = fake.history.map(({ bytes }) => Buffer.from(bytes).toString());
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(bodies.map((body) => (JSON.parse(body) as { seq: number }).seq)).toEqual(
      bodies.map((_, index) => index + 1),
    );
  });
}

describe('updateOnce', () => {
  it('writes to a folder, with many operations at once', async () => {
    const ports = { objects: createObjectStore(tempDir()), clock: createVirtualClock(0) };
    const ids = Array.from({ length: 6 }, (_, index) => `op-${index}`);
    const results = await Promise.all(
      [...ids, ...ids].map((id) => updateOnce(ports, KEY, id, applying(id), codec)),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(12).fill('written'));
    expect([...((await readState(ports.objects, KEY, codec))?.state.applied ?? [])].sort()).toEqual(ids);
  });

  it('remembers the last 16 operations', async () => {
    const ports = fakeWith('azure', []);
    for (let index = 0; index < 20; index++)
      await updateOnce(ports, KEY, `${index}`, applying(`${index}`), codec);
    const ops = (await readState(ports.objects, KEY, codec))?.ops;
    expect(ops).toEqual(Array.from({ length: 16 }, (_, index) => `${index + 4}`));
  });

  it('waits at least 1.1 s between attempts on Cloud Storage, and less on others', async () => {
    const waits = async (cloud: Cloud) => {
      const clock = createVirtualClock(0);
      const slept: number[] = [];
      const sleep = (ms: number) => {
        slept.push(ms);
        return clock.sleep(ms);
      };
      const recording = { ...clock, sleep };
      const { objects } = fakeWith(cloud, ['unavailable', 'unavailable'], clock);
      await updateOnce({ objects, clock: recording, jitter: () => 0.5 }, KEY, 'a', applying('a'), codec);
      return slept;
    };
    expect(await waits('s3')).toEqual([100, 200]);
    expect(await waits('gcs')).toEqual([1_200, 1_300]);
  });

  it('cannot promise that nothing was written while an unanswered write may still arrive', async () => {
    const ports = fakeWith('s3', ['late']);
    let calls = 0;
    const once = (current: Ledger | undefined) => (calls++ === 0 ? applying('a')(current) : undefined);
    const result = await updateOnce({ ...ports, jitter: () => 0 }, KEY, 'a', once, codec);
    expect(result.outcome).toBe('unknown');
    await ports.clock.sleep(10_000);
    expect((await readState(ports.objects, KEY, codec))?.state.applied).toEqual(['a']);
  });

  it('can promise that nothing was written once the version of the unanswered write is gone', async () => {
    const ports = fakeWith('s3', ['late', 'none']);
    let calls = 0;
    const result = await updateOnce(
      {
        ...ports,
        clock: {
          ...ports.clock,
          sleep: async () => void (await updateOnce(ports, KEY, 'b', applying('b'), codec)),
        },
      },
      KEY,
      'a',
      (current) => (calls++ === 0 ? applying('a')(current) : undefined),
      codec,
    );
    expect(result).toEqual({ outcome: 'unchanged', state: { applied: ['b'] } });
  });

  it('ends unknown by the clock when rounds take long', async () => {
    const clock = createVirtualClock(0);
    const { objects } = fakeWith('azure', Array<Fault>(20).fill('unavailable'), clock);
    const get = async (key: string) => {
      await clock.sleep(20_000);
      return objects.get(key);
    };
    const slow = { ...objects, get };
    expect((await updateOnce({ objects: slow, clock }, KEY, 'a', applying('a'), codec)).outcome).toBe(
      'unknown',
    );
    expect(clock.now()).toBeLessThan(70_000);
  });

  it('ends unknown, as contended, when others win every round', async () => {
    const { objects, clock } = fakeWith('s3', []);
    const beaten: ObjectStore = { ...objects, tryPut: async () => ({ outcome: 'conflict' }) };
    expect(await updateOnce({ objects: beaten, clock }, KEY, 'a', applying('a'), codec)).toMatchObject({
      outcome: 'unknown',
      cause: { code: 'state/contended', retryable: true },
    });
  });

  it('retries after a retryable failure to read', async () => {
    const { objects, clock } = fakeWith('s3', []);
    let failures = 2;
    const flaky: ObjectStore = {
      ...objects,
      async get(key) {
        if (failures-- > 0) throw new RuntimeFailure('objects/busy', 'slow down', { retryable: true });
        return objects.get(key);
      },
    };
    expect((await updateOnce({ objects: flaky, clock }, KEY, 'a', applying('a'), codec)).outcome).toBe(
      'written',
    );
  });

  it('throws a failure at once that waiting cannot fix', async () => {
    const { clock } = fakeWith('s3', []);
    const objects = createFakeObjects({ cloud: 's3', clock, mayList: false });
    await expect(updateOnce({ objects, clock }, KEY, 'a', applying('a'), codec)).rejects.toMatchObject({
      code: 'objects/forbidden',
    });
    expect(clock.now()).toBe(0);
  });

  it('ends unknown instead when an earlier write is still in doubt', async () => {
    const { objects, clock } = fakeWith('s3', ['lost-answer']);
    let reads = 0;
    const revoked: ObjectStore = {
      ...objects,
      async get(key) {
        if (reads++ > 0) throw new RuntimeFailure('objects/forbidden', 'credentials have expired');
        return objects.get(key);
      },
    };
    expect(await updateOnce({ objects: revoked, clock }, KEY, 'a', applying('a'), codec)).toMatchObject({
      outcome: 'unknown',
      cause: { code: 'objects/forbidden' },
    });
  });

  it.each([
    ['no JSON', '{"schemaVersion":1,'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['another schema version', '{"schemaVersion":2,"seq":1,"ops":[],"state":{"applied":[]}}'],
    ['no sequence', '{"schemaVersion":1,"ops":[],"state":{"applied":[]}}'],
    ['operations that are no list', '{"schemaVersion":1,"seq":1,"ops":{},"state":{"applied":[]}}'],
    ['operations that are no texts', '{"schemaVersion":1,"seq":1,"ops":[1],"state":{"applied":[]}}'],
    [
      'another checksum',
      `{"schemaVersion":1,"seq":1,"ops":[],"state":{"applied":[]},"sha256":"${'0'.repeat(64)}"}`,
    ],
    ['a state that the codec refuses', '{"schemaVersion":1,"seq":1,"ops":[],"state":{}}'],
  ])('refuses a state object with %s, and leaves it as it is', async (_, content) => {
    const ports = fakeWith('azure', []);
    await ports.objects.write(KEY, [Buffer.from(content)]);
    await expect(updateOnce(ports, KEY, 'a', applying('a'), codec)).rejects.toMatchObject({
      code: 'state/corrupt',
    });
    expect(ports.objects.history).toHaveLength(1);
  });
});

describe('fullJitter', () => {
  it('is a pure function of operation and round, spread over [0, 1)', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => fullJitter(`op-${index}`, index % 8));
    expect(values).toEqual(Array.from({ length: 1_000 }, (_, index) => fullJitter(`op-${index}`, index % 8)));
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = values.filter((value) => Math.floor(value * 10) === tenth).length / values.length;
      expect(share).toBeGreaterThan(0.06);
      expect(share).toBeLessThan(0.14);
    }
    expect(fullJitter('op', 0)).not.toBe(fullJitter('op', 1));
  });
});

describe.each(CLOUDS)('createOnce on %s', (cloud) => {
  const bytes = Buffer.from('{"rows":3}');

  it.each<Fault>(['none', 'lost-request', 'lost-answer', 'late', 'twice', 'unavailable', 'throttle'])(
    'creates the object through the fault %s, and repeats the result',
    async (fault) => {
      const ports = fakeWith(cloud, [fault, fault]);
      expect(await createOnce(ports, 'm.json', bytes, 'run-1')).toEqual({ outcome: 'written' });
      await ports.clock.sleep(10_000);
      expect(await createOnce(ports, 'm.json', bytes, 'run-1')).toEqual({ outcome: 'written' });
      expect(ports.objects.history).toHaveLength(1);
    },
  );

  it('reports a conflict when other bytes exist, and leaves them', async () => {
    const ports = fakeWith(cloud, []);
    await createOnce(ports, 'm.json', bytes, 'run-1');
    expect(await createOnce(ports, 'm.json', Buffer.from('{}'), 'run-2')).toEqual({ outcome: 'conflict' });
    expect(ports.objects.history).toHaveLength(1);
  });

  it('ends unknown when no write gets through', async () => {
    const ports = fakeWith(cloud, Array<Fault>(20).fill('lost-request'));
    expect((await createOnce(ports, 'm.json', bytes, 'run-1')).outcome).toBe('unknown');
    expect(ports.objects.history).toHaveLength(0);
  });
});
