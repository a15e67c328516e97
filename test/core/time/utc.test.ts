import { describe, expect, it } from 'vitest';
import { parseUtc } from '../../../lambdas/core/time/utc.ts';

describe('a time in UTC', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-31T00:00:00Z', 1_769_817_600_000],
    ['2024-02-29T23:59:59.5Z', 1_709_251_199_500],
    ['2026-01-31T00:00:00.123456Z', 1_769_817_600_123],
  ])('reads %s', (text, time) => {
    expect(parseUtc(text)).toBe(time);
  });

  it.each([
    '',
    '2026-01-31',
    '2026-01-31T00:00:00', // local time
    '2026-01-31T00:00:00+01:00',
    '31 January 2026',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:01Z',
    '+012026-01-01T00:00:00Z',
    '1769817600000',
    ' 2026-01-31T00:00:00Z',
  ])("refuses '%s'", (text) => {
    expect(parseUtc(text)).toBeNaN();
  });
});
