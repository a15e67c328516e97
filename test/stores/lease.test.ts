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
  it('has one owner until it is released, and a higher fence at each acquisition', async () => {
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

  it('lasts the whole time again when its holder acquires it again', async () => {
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

  it('is never shortened by a repeated acquisition or renewal for less time', async () => {
    const { lease } = setUp();
    await lease.acquire('a', 10 * MINUTE);
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', expiresAt: 601_000 });
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'renewed', expiresAt: 601_000 });
    expect(await lease.acquire('b', MINUTE)).toMatchObject({ outcome: 'held', expiresAt: 601_000 });
  });

  it('ends unknown when the response to a repeated acquisition is lost', async () => {
    const { lease, clock } = setUp(['none', ...Array<Fault>(8).fill('lost-request')]);
    await lease.acquire('a', 10 * MINUTE);
    clock.advanceTo(2_000);
    expect((await lease.acquire('a', 10 * MINUTE)).outcome).toBe('unknown');
  });

  it('is free for anybody once it has expired, and is lost for its former holder', async () => {
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

  it('renews for its holder, even late as long as nobody else acquired it', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('a', MINUTE);
    clock.advanceTo(5 * MINUTE);
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'renewed', expiresAt: 6 * MINUTE });
    expect(await lease.acquire('b', MINUTE)).toMatchObject({ outcome: 'held', owner: 'a' });
  });

  it('is lost for a former holder, even when the next one has released it', async () => {
    const { lease, clock } = setUp();
    await lease.acquire('a', MINUTE);
    clock.advanceTo(10 * MINUTE);
    await lease.acquire('b', MINUTE);
    await lease.release('b', 2);
    expect(await lease.release('a', 1)).toEqual({ outcome: 'lost' });
  });

  it('releases twice, and afterwards neither renews nor keeps', async () => {
    const { lease } = setUp();
    await lease.acquire('a', MINUTE);
    expect(await lease.release('a', 1)).toEqual({ outcome: 'released' });
    expect(await lease.release('a', 1)).toEqual({ outcome: 'released' });
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'lost' });
  });

  it('has no owner before the first acquisition', async () => {
    const { lease } = setUp();
    expect(await lease.renew('a', 1, MINUTE)).toEqual({ outcome: 'lost' });
    expect(await lease.release('a', 1)).toEqual({ outcome: 'lost' });
  });

  it('can be acquired, released and acquired again within one instant', async () => {
    const { lease, clock } = setUp();
    for (let fence = 1; fence <= 5; fence++) {
      expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', fence });
      expect(await lease.release('a', fence)).toEqual({ outcome: 'released' });
    }
    expect(clock.now()).toBe(1_000);
  });

  it('ends unknown when the responses are lost, and a repeat settles it', async () => {
    const { lease } = setUp(Array<Fault>(8).fill('lost-request'));
    expect((await lease.acquire('a', MINUTE)).outcome).toBe('unknown');
    expect(await lease.acquire('a', MINUTE)).toMatchObject({ outcome: 'acquired', fence: 1 });
  });

  it.each(['renew', 'release'] as const)(
    'ends unknown when the response to %s is lost',
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
    'never gives one fence to two owners on %s, whatever their clocks show',
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
