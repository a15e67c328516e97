import type { Clock } from '../../ports/clock.ts';

export interface VirtualClock extends Clock {
  /** Moves on to this time, ms since 1970. A time that has passed changes nothing. */
  advanceTo(at: number): void;
}

/**
 * A clock that stands still until somebody sleeps or moves it. Sleepers wake in the order of their times, each
 * moving the clock to its own, so that months pass in seconds and a run repeats exactly.
 *
 * @param start - ms since 1970.
 */
export function createVirtualClock(start: number): VirtualClock {
  let now = start;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  function wakeEarliest(): void {
    let earliest = 0;
    sleepers.forEach(({ at }, index) => {
      if (at < (sleepers[earliest] as { at: number }).at) earliest = index;
    });
    for (const { at, wake } of sleepers.splice(earliest, 1)) {
      now = Math.max(now, at);
      wake();
    }
  }

  return {
    now: () => now,
    steady: () => now - start,
    advanceTo(at) {
      now = Math.max(now, at);
    },
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake });
        // After everything that can still run at this instant; one turn per sleeper, whoever is the earliest.
        setImmediate(wakeEarliest);
      }),
  };
}
