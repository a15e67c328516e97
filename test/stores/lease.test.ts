import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import { createLease, type Lease } from '../../lambdas/stores/lease.ts';
import { type Cloud, createFakeObjects, type Fault } from '../support/fake-objects.ts';

const KEY = 'locks/retrain.json';
const MINUTE = 60_000;

function setUp(faults: readonly Fault[] = [], cloud: Cloud = 's3') {
  const clock = createVirtualClock(1_000);
  const left = [...faults];
  const objects = createFakeObjects({ cloud, clock, faults: () => left.shift() ?? 'none' });
  return { clock, objects, lease: createLease({ objects, clock }, KEY) };
}

describe('a lease', () => {
  it('is held by one owner until it is released, and each taking has a higher fence', async () => {
    const { lease } = setUp();
    expect(await lease.acquire('a', MINUTE)).toEqual({ outcome: 'acquired', fence: 1, expiresAt: 61_000 });
    expect(await lease.acquire('b', MINUTE)).toEqual({ outcome: 'held', owner: 'a', expiresAt: 61_000 });
    expect(await lease.release('a', 1)).toEqual({ outcome: 'released' });
    expect(await lease.acquire('b', MINUTE)).toMatchObject({ outcome: 'acquired', fence: 2 });
    expect(await lease.release('b', 2)).toEqual({ outcome: 'released' });
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', fence: 3 });
  });

  it('gives the holder the same fence when its step is delivered again', async () => {
    const { lease, objects } = setUp();
    const first = await lease.acquire('run-1', MINUTE);
    expect(await lease.acquire('run-1', MINUTE)).toEqual(first);
    expect(objects.history).toHaveLength(1);
  });

  it('is held for the whole time again by the holder that takes it again', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('run-1', MINUTE);
    clock.advanceTo(41_000);
    const again = { outcome: 'acquired', fence: 1, expiresAt: 101_000 };
    expect(await lease.acquire('run-1', MINUTE)).toEqual(again);
    clock.advanceTo(100_999);
    expect(await lease.acquire('run-2', MINUTE)).toEqual({
      outcome: 'held',
      owner: 'run-1',
      expiresAt: 101_000,
    });
  });

  it('is never shortened by taking it again or renewing it for less time', async () => {
    const { lease } = setUp();
    await lease.acquire('a', 10 * MINUTE);
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', expiresAt: 601_000 });
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'renewed', expiresAt: 601_000 });
    expect(await lease.acquire('b', MINUTE)).toMatchObject({ outcome: 'held', expiresAt: 601_000 });
  });

  it('says unknown when the answer to taking it again does not come', async () => {
    const { lease, clock } = setUp(['none', ...Array<Fault>(8).fill('lost-request')]);
    await lease.acquire('a', 10 * MINUTE);
    clock.advanceTo(2_000);
    expect((await lease.acquire('a', 10 * MINUTE)).outcome).toBe('unknown');
  });

  it('can be taken by anybody once it has expired, and its former holder has lost it', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('a', MINUTE);
    clock.advanceTo(61_000);
    expect(await lease.acquire('b', MINUTE)).toMatchObject({ outcome: 'acquired', fence: 2 });
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'lost' });
    expect(await lease.release('a', 1)).toEqual({ outcome: 'lost' });
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'held', owner: 'b' });
  });

  it('gives a higher fence to its own former holder after expiry', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('a', MINUTE);
    clock.advanceTo(10 * MINUTE);
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', fence: 2 });
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'lost' });
  });

  it('is renewed by its holder, also late as long as nobody took it', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('a', MINUTE);
    clock.advanceTo(5 * MINUTE);
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'renewed', expiresAt: 6 * MINUTE });
    expect(await lease.acquire('b', MINUTE)).toMatchObject({ outcome: 'held', owner: 'a' });
  });

  it('is lost for a former holder, also when the one after it has given it back', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('a', MINUTE);
    clock.advanceTo(10 * MINUTE);
    await lease.acquire('b', MINUTE);
    await lease.release('b', 2);
    expect(await lease.release('a', 1)).toEqual({ outcome: 'lost' });
  });

  it('can be released twice, and then neither renewed nor kept', async () => {
    const { lease } = setUp();
    await lease.acquire('a', MINUTE);
    expect(await lease.release('a', 1)).toEqual({ outcome: 'released' });
    expect(await lease.release('a', 1)).toEqual({ outcome: 'released' });
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'lost' });
  });

  it("is nobody's before the first taking", async () => {
    const { lease } = setUp();
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'lost' });
    expect(await lease.release('a', 1)).toEqual({ outcome: 'lost' });
  });

  it('can be taken, released and taken again within one instant', async () => {
    const { lease, clock } = setUp();
    for (let fence = 1; fence <= 5; fence++) {
      expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', fence });
      expect(await lease.release('a', fence)).toEqual({ outcome: 'released' });
    }
    expect(clock.now()).toBe(1_000);
  });

  it('says unknown when the answers do not come, and a repeat settles it', async () => {
    const { lease } = setUp(Array<Fault>(8).fill('lost-request'));
    expect((await lease.acquire('a', MINUTE)).outcome).toBe('unknown');
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', fence: 1 });
  });

  it.each(['renew', 'release'] as const)(
    'says unknown when the answer to %s does not come',
    async (operation) => {
      const { lease } = setUp(['none', ...Array<Fault>(8).fill('lost-request')]);
      await lease.acquire('a', 10 * MINUTE);
      const result = operation === 'renew' ? lease.renew('a', 1, 20 * MINUTE) : lease.release('a', 1);
      expect((await result).outcome).toBe('unknown');
    },
  );

  it('ends unknown when it changes hands at every try', async () => {
    const { objects, clock, lease } = setUp();
    let others = 0;
    const overtaken: ObjectStore = {
      ...objects,
      async tryPut(key, bytes, condition) {
        const other = `other-${others++}`;
        const taken = await lease.acquire(other, MINUTE);
        if (taken.outcome === 'acquired') await lease.release(other, taken.fence);
        return objects.tryPut(key, bytes, condition);
      },
    };
    const result = await createLease({ objects: overtaken, clock }, KEY).acquire('late', MINUTE);
    expect(result).toMatchObject({ outcome: 'unknown', cause: { code: 'state/contended' } });
  });

  it.each([
    '{"owner":1,"fence":1,"expiresAt":1}',
    '{"owner":null,"fence":"1","expiresAt":1}',
    '{"owner":"a","fence":1}',
  ])('refuses the stored lease %s', async (state) => {
    const { lease, objects } = setUp();
    await objects.write(KEY, [Buffer.from(`{"schemaVersion":1,"seq":1,"ops":[],"state":${state}}`)]);
    await expect(lease.acquire('a', MINUTE)).rejects.toMatchObject({ code: 'state/corrupt' });
  });

  it.each<Cloud>(['s3', 'gcs', 'azure'])(
    'never gives one fence to two owners on %s, whatever their clocks say',
    async (cloud) => {
      const fault = fc.constantFrom<Fault>(
        'none',
        'none',
        'none',
        'lost-request',
        'lost-answer',
        'late',
        'twice',
        'throttle',
      );
      const step = fc.constantFrom('acquire', 'acquire', 'renew', 'release', 'wait');
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 3 }),
          fc.tuple(fc.integer({ min: -300_000, max: 300_000 }), fc.integer({ min: -300_000, max: 300_000 })),
          fc.array(fault, { maxLength: 30 }),
          fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 }),
          async (plans, skews, faults, latencies) => {
            const clock = createVirtualClock(1e9);
            const left = [...faults];
            let requests = 0;
            const objects = createFakeObjects({
              cloud,
              clock,
              faults: () => left.shift() ?? 'none',
              latency: () => latencies[requests++ % latencies.length] as number,
            });
            const holders = new Map<number, string>();
            const act = async (plan: readonly string[], index: number) => {
              const owner = `run-${index}`;
              const skewed = { ...clock, now: () => clock.now() + ([0, ...skews][index] as number) };
              const lease: Lease = createLease({ objects, clock: skewed }, KEY);
              let fence = 0;
              for (const action of plan) {
                if (action === 'wait') await clock.sleep(20_000);
                if (action === 'renew') await lease.renew(owner, fence, 30_000);
                if (action === 'release') await lease.release(owner, fence);
                if (action !== 'acquire') continue;
                const taken = await lease.acquire(owner, 30_000);
                if (taken.outcome !== 'acquired') continue;
                expect(holders.get(taken.fence) ?? owner).toBe(owner);
                expect(taken.fence).toBeGreaterThanOrEqual(fence);
                holders.set(taken.fence, owner);
                fence = taken.fence;
              }
            };
            await Promise.all(plans.map(act));
          },
        ),
        { numRuns: 300, seed: 7 },
      );
    },
  );
});
