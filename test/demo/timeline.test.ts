import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutWindows, daysOf, lowerBound } from '../../lambdas/demo/timeline.ts';

const DAY = 86_400_000;
const feed = fc.record({
  times: fc
    .array(fc.integer({ min: -5 * DAY, max: 60 * DAY }), { maxLength: 80 })
    .map((times) => Float64Array.from(times.sort((a, b) => a - b))),
  days: fc.integer({ min: 1, max: 20 }),
  minRows: fc.integer({ min: 0, max: 20 }),
});

it('cuts time without gaps into windows that hold every row from the start exactly once', () => {
  fc.assert(
    fc.property(feed, ({ times, days, minRows }) => {
      const windows = cutWindows(times, 0, { days, minRows });
      let position = lowerBound(times, 0);
      let time = 0;
      for (const [index, { number, from, to, first, end }] of windows.entries()) {
        expect([number, from, first]).toEqual([index + 1, time, position]);
        for (const at of times.subarray(first, end)) expect(at >= from && at < to).toBe(true);
        expect((to - from) % (days * DAY)).toBe(0);
        [position, time] = [end, to];
      }
      if (windows.length > 0) expect(position).toBe(times.length);
      else expect(times.at(-1)).toBeLessThan(0);
    }),
  );
});

it('cuts a window into days that hold its rows exactly once, and leaves out days without rows', () => {
  fc.assert(
    fc.property(feed, ({ times, days, minRows }) => {
      for (const window of cutWindows(times, 0, { days, minRows })) {
        let position = window.first;
        for (const { from, to, first, end } of daysOf(times, window)) {
          expect(first).toBe(position);
          expect(end).toBeGreaterThan(first);
          expect(to - from).toBeLessThanOrEqual(DAY);
          for (const at of times.subarray(first, end)) expect(at >= from && at < to).toBe(true);
          position = end;
        }
        expect(position).toBe(window.end);
      }
    }),
  );
});

it('joins a short rest to the last window, and keeps a long one', () => {
  const daily = (days: number) => Float64Array.from({ length: days }, (_, day) => day * DAY);
  const rows = (days: number, minRows: number) =>
    cutWindows(daily(days), 0, { days: 10, minRows }).map(({ first, end }) => end - first);
  expect(rows(24, 1)).toEqual([10, 14]);
  expect(rows(26, 1)).toEqual([10, 10, 6]);
  expect(rows(26, 7)).toEqual([10, 16]);
  expect(rows(3, 7)).toEqual([3]);
});
