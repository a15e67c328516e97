import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { systemClock } from '../../../lambdas/adapters/shared/clock.ts';

describe('a virtual clock', () => {
  it('stands still until it is moved, and never goes back', () => {
    const clock = createVirtualClock(1_000);
    expect([clock.now(), clock.steady()]).toEqual([1_000, 0]);
    clock.advanceTo(5_000);
    clock.advanceTo(2_000);
    expect([clock.now(), clock.steady()]).toEqual([5_000, 4_000]);
  });

  it('jumps on every sleep, so that months pass at once', async () => {
    const clock = createVirtualClock(0);
    await clock.sleep(90 * 86_400_000);
    expect(clock.now()).toBe(90 * 86_400_000);
  });

  it('wakes sleepers in the order of their times, each at its own', async () => {
    const clock = createVirtualClock(0);
    const woken: [string, number][] = [];
    const sleeper = async (name: string, ...naps: number[]) => {
      for (const nap of naps) {
        await clock.sleep(nap);
        woken.push([name, clock.now()]);
      }
    };
    await Promise.all([sleeper('a', 30, 10), sleeper('b', 10, 15), sleeper('c', 20)]);
    expect(woken).toEqual([
      ['b', 10],
      ['c', 20],
      ['b', 25],
      ['a', 30],
      ['a', 40],
    ]);
  });

  it('wakes a sleeper whose time has passed without going back', async () => {
    const clock = createVirtualClock(0);
    const sleeping = clock.sleep(10);
    clock.advanceTo(100);
    await sleeping;
    expect(clock.now()).toBe(100);
  });
});

describe('the system clock', () => {
  it('returns the time and waits', async () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    const before = systemClock.steady();
    await systemClock.sleep(20);
    expect(systemClock.steady() - before).toBeGreaterThan(15);
  });
});
