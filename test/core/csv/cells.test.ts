import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, parseTimestampText } from '../../../lambdas/core/csv/timestamp.ts';
import { itWith, python, runPython } from '../../support/tools.ts';
import { FALSE, NOT_A_BOOLEAN, NOT_A_NUMBER, NOT_A_TIME, NOT_FINITE, NUMBERS, TIMES, TRUE } from './cells.ts';
import { parse, reasons } from './tables.ts';

const read = (type: string, cell: string) => parse(`a\n${cell}\n`, `a:${type}`);
const valueIn = (type: string, cell: string) => read(type, cell).values.a?.[0];

describe('numbers', () => {
  it.each(NUMBERS)('reads %s', (text, value) => {
    expect(valueIn('number', text)).toBe(value);
  });

  it.each(NOT_A_NUMBER)('refuses %j', (text) => {
    expect(reasons(read('number', text))).toEqual(['csv/not-a-number a 2']);
  });

  it('reads nothing as a missing number', () => {
    expect(read('number', '')).toMatchObject({ values: { a: [null] }, table: { rows: 1 } });
  });

  it.each(NOT_FINITE)('names the problem of %s: it is not finite', (text) => {
    expect(reasons(read('number', text))).toEqual(['csv/not-finite a 2']);
  });

  it('reads the shortest form of any double back to the same bits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(valueIn('number', Object.is(value, -0) ? '-0' : String(value))).toBe(value);
      }),
    );
  });

  itWith(python, "agrees with Python's float on any decimal text", () => {
    const digits = fc.stringMatching(/^[0-9]{1,22}$/);
    const texts = fc.sample(
      fc
        .tuple(fc.constantFrom('', '-', '+'), digits, digits, fc.integer({ min: -330, max: 290 }))
        .chain(([sign, whole, part, power]) =>
          fc.constantFrom(`${sign}${whole}`, `${sign}${whole}.${part}`, `${sign}${whole}.${part}e${power}`),
        ),
      { numRuns: 2000, seed: 1 },
    );
    const script = 'import json,sys; print(json.dumps([float(x).hex() for x in json.load(sys.stdin)]))';
    const ours = parse(`a\n${texts.join('\n')}\n`, 'a:number').table.columns.get('a');
    const hex = 'import json,sys; print(json.dumps([float(x).hex() for x in json.load(sys.stdin)]))';
    const values = ours?.kind === 'numeric' ? Array.from(ours.values) : [];
    // Python reads the shortest form of ours, which names one double.
    const written = values.map((value) => (Object.is(value, -0) ? '-0' : String(value)));
    expect(runPython(hex, written)).toEqual(runPython(script, texts));
  });
});

describe('booleans', () => {
  it.each(TRUE)('reads %s as true', (text) => {
    expect(valueIn('boolean', text)).toBe(1);
  });
  it.each(FALSE)('reads %s as false', (text) => {
    expect(valueIn('boolean', text)).toBe(0);
  });
  it.each(NOT_A_BOOLEAN)('refuses %j', (text) => {
    expect(reasons(read('boolean', text))).toEqual(['csv/not-a-boolean a 2']);
  });
});

describe('timestamps', () => {
  it.each(TIMES)('reads %s', (text, time) => {
    expect(valueIn('timestamp', text)).toBe(time);
    expect(parseTimestampText(text)).toBe(time);
  });

  it.each(NOT_A_TIME)('refuses %s', (text) => {
    expect(reasons(read('timestamp', text))).toEqual(['csv/not-a-timestamp a 2']);
    expect(parseTimestampText(text)).toBeNaN();
  });

  it('names the problem of an infinite timestamp: it is not finite', () => {
    expect(reasons(read('timestamp', 'infinity'))).toEqual(['csv/not-finite a 2']);
  });

  it.each(['２026-01-01', '2026-01-01 10:00:00.00000000000000000000'])(
    'refuses the text %s as a timestamp',
    (text) => {
      expect(parseTimestampText(text)).toBeNaN();
    },
  );

  it('agrees with the calendar of ECMAScript on every third day of the 400 years after which it repeats', () => {
    for (let day = Date.UTC(1800, 0, 1); day < Date.UTC(2200, 0, 1); day += 86_400_000 * 3) {
      const text = new Date(day).toISOString();
      expect(parseTimestampText(text)).toBe(day);
      expect(formatTimestamp(day)).toBe(text.replace('.000Z', 'Z'));
    }
  });

  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
    [1.5, '1970-01-01T00:00:00.001500Z'],
    [0.9999, '1970-01-01T00:00:00.001Z'],
    [-0.0001, '1970-01-01T00:00:00Z'],
    [Date.UTC(-1, 0, 1), undefined],
    [Date.UTC(10_000, 0, 1), undefined],
  ])('writes %d', (time, text) => {
    expect(formatTimestamp(time)).toBe(text);
  });

  // PostgreSQL keeps whole microseconds, so that its own EXTRACT gives these parts of any time that it prints.
  it('never writes a time later than its text, stays within the second, and writes what it read', () => {
    const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: 0, max: 999_999_999 }), (second, nanos) => {
        const text = `${new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${String(nanos).padStart(9, '0')}`;
        const time = parseTimestampText(text);
        const fraction = time - second * 1000; // exact
        const micros = Math.floor(nanos / 1000);
        expect(fraction).toBeGreaterThanOrEqual(0);
        expect(fraction).toBeLessThan(1000);
        if (Math.abs(second) < 2 ** 43 / 1000) expect(Math.round(fraction * 1000)).toBe(micros);
        else expect(fraction * 1000).toBeLessThanOrEqual(micros);
        expect(micros - fraction * 1000).toBeLessThan(31.25); // doubles below 2^48 are 2^-5 ms apart at most
        expect(parseTimestampText(formatTimestamp(time) ?? '')).toBe(time);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes timestamps that it read to the same microsecond', () => {
    const micros = fc.integer({ min: -62_135_596_800_000_000, max: 8_796_000_000_000_000 });
    fc.assert(
      fc.property(micros, (value) => {
        const time = value / 1000;
        expect(parseTimestampText(formatTimestamp(time) ?? '')).toBeCloseTo(time, 1); // cut by 2^-7 ms in year 1
        const text = formatTimestamp(time) ?? '';
        expect(formatTimestamp(parseTimestampText(text))).toBe(text);
      }),
    );
  });
});

it('refuses a fraction of a second that is not digits, even after the sixth', () => {
  for (const text of ['2026-01-31 10:00:00.1234567.9', '2026-01-31 10:00:00.12:4567'])
    expect(parseTimestampText(text)).toBeNaN();
});
