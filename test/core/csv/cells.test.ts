import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTimestamp, parseTimestampText } from '../../../lambdas/core/csv/timestamp.ts';
import { python, runPython } from '../../support/tools.ts';
import { parse, reasons } from './tables.ts';

const read = (type: string, cell: string) => parse(`a\n${cell}\n`, `a:${type}`);
const valueIn = (type: string, cell: string) => read(type, cell).values.a?.[0];

describe('numbers', () => {
  test.each([
    ['0', 0],
    ['-0', -0],
    ['+5', 5],
    ['.5', 0.5],
    ['1.', 1],
    ['-.5e-1', -0.05],
    ['1E+3', 1000],
    ['007', 7],
    ['0.1', 0.1],
    ['123456789012345', 123456789012345],
    ['9007199254740993', 9007199254740992],
    ['123456789012345678901234567890', 1.2345678901234568e29],
    ['0.1000000000000000055511151231257827021181583404541015625', 0.1],
    ['1e308', 1e308],
    ['5e-324', 5e-324],
    ['1e-400', 0],
    ['2.2250738585072011e-308', 2.225073858507201e-308],
  ])('reads %s', (text, value) => {
    expect(valueIn('number', text)).toBe(value);
  });

  test.each([
    '',
    '-',
    '+',
    '.',
    'e5',
    '1e',
    '1e+',
    '1e5x',
    '1.2.3',
    '--1',
    '0x10',
    '1_000',
    '1 ',
    ' 1',
    '１２',
    '1;5',
    'x',
    '1f',
    '"1,5"',
    '"1 000"',
  ])('refuses %j, unless it is missing', (text) => {
    expect(reasons(read('number', text))).toEqual(text === '' ? [] : ['csv/not-a-number a 2']);
  });

  test.each(['NaN', 'nan', 'Infinity', '-Infinity', '+inf', 'INF', '1e309', '-1e999', '9'.repeat(400)])(
    'says of %s that it is not finite',
    (text) => {
      expect(reasons(read('number', text))).toEqual(['csv/not-finite a 2']);
    },
  );

  test('reads the shortest form of any double back to the same bits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(valueIn('number', Object.is(value, -0) ? '-0' : String(value))).toBe(value);
      }),
    );
  });

  test.runIf(python)("agrees with Python's float on any decimal text", () => {
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
  test.each(['t', 'T', 'true', 'TRUE', 'True', 'yes', 'YES', '1', '"t"'])('reads %s as true', (text) => {
    expect(valueIn('boolean', text)).toBe(1);
  });
  test.each(['f', 'F', 'false', 'FALSE', 'no', 'No', '0'])('reads %s as false', (text) => {
    expect(valueIn('boolean', text)).toBe(0);
  });
  test.each(['2', 'x', '\x11', 'on', 'truth', 'falsely', '""', ' t', 'ja', '1.0'])('refuses %j', (text) => {
    expect(reasons(read('boolean', text))).toEqual(['csv/not-a-boolean a 2']);
  });
});

describe('timestamps', () => {
  test.each([
    ['1970-01-01', 0],
    ['2026-11-16', Date.UTC(2026, 10, 16)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['2026-11-16 08:45', Date.UTC(2026, 10, 16, 8, 45)],
    ['2026-11-16T08:45:05Z', Date.UTC(2026, 10, 16, 8, 45, 5)],
    ['2026-11-16 08:45:05.189092+00', Date.UTC(2026, 10, 16, 8, 45, 5, 189) + 0.092],
    ['2026-11-16 08:45:05.5', Date.UTC(2026, 10, 16, 8, 45, 5, 500)],
    ['2026-11-16 08:45:05+05:30', Date.UTC(2026, 10, 16, 3, 15, 5)],
    ['2026-11-16 08:45:05-0330', Date.UTC(2026, 10, 16, 12, 15, 5)],
    ['2026-11-16 08:45-08', Date.UTC(2026, 10, 16, 16, 45)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['0000-01-01', -62_167_219_200_000],
    ['9999-12-31T23:59:59Z', 253_402_300_799_000],
  ])('reads %s', (text, time) => {
    expect(valueIn('timestamp', text)).toBe(time);
    expect(parseTimestampText(text)).toBe(time);
  });

  test.each([
    '2026-13-01',
    '2026-00-01',
    '2026-01-32',
    '2026-01-00',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-1-1',
    '26-01-01',
    '2026/01/01',
    '2026-01/01',
    '20260101',
    '2026-01-01x',
    '2026-01-01_10:00',
    '2026-01-01 24:00',
    '2026-01-01 10:60',
    '2026-01-01 10:00:60',
    '2026-01-01 10',
    '2026-01-01 10:',
    '2026-01-01 10:0',
    '2026-01-01 1000',
    '2026-01-01 10:00:0',
    '2026-01-01 10:00.00',
    '2026-01-01 10:00:00.',
    '2026-01-01 10:00:00.1234567',
    '2026-01-01 10:00:00:1',
    '2026-01-01 10:00:00z',
    '2026-01-01 10:00:00X',
    '2026-01-01 10:00:00 Z',
    '2026-01-01 10:00:00+1',
    '2026-01-01 10:00:00+16',
    '2026-01-01 10:00:00+01:60',
    '2026-01-01 10:00:00+01:',
    '2026-01-01 10:00:00+01:0',
    '2026-01-01 10:00:00+010:0',
    '2026-01-01 10:00:00*01',
    '2026-01-01 1o:00:00',
    '2026-11-16T08:45:05.189092+00:00:00',
    'yesterday!',
    '"20260-1-01"',
  ])('refuses %s', (text) => {
    expect(reasons(read('timestamp', text))).toEqual(['csv/not-a-timestamp a 2']);
    expect(parseTimestampText(text)).toBeNaN();
  });

  test('says of infinity that it is not finite', () => {
    expect(reasons(read('timestamp', 'infinity'))).toEqual(['csv/not-finite a 2']);
  });

  test.each(['２026-01-01', '2026-01-01 10:00:00.00000000000000000000'])('refuses the text %s', (text) => {
    expect(parseTimestampText(text)).toBeNaN();
  });

  test('agrees with the calendar of ECMAScript on every day of 3,000 years', () => {
    for (let day = Date.UTC(1000, 0, 1); day < Date.UTC(4000, 0, 1); day += 86_400_000 * 11) {
      const text = new Date(day).toISOString();
      expect(parseTimestampText(text)).toBe(day);
      expect(formatTimestamp(day)).toBe(text.replace('.000Z', 'Z'));
    }
  });

  test.each([
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

  test('what was read is written and read to the same microsecond', () => {
    const micros = fc.integer({ min: -62_135_596_800_000_000, max: 8_796_000_000_000_000 });
    fc.assert(
      fc.property(micros, (value) => {
        const time = value / 1000;
        expect(parseTimestampText(formatTimestamp(time) ?? '')).toBeCloseTo(time, 2);
        const text = formatTimestamp(time) ?? '';
        expect(formatTimestamp(parseTimestampText(text))).toBe(text);
      }),
    );
  });
});
