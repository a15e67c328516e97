import { describe, expect, it } from 'vitest';
import { bankFull } from '../../../blueprints/bank-marketing/bank-full.ts';
import { COLUMNS } from '../../../blueprints/bank-marketing/table.ts';
import { dataFile, describeWith } from '../../support/tools.ts';

const file = dataFile('bank-full.csv.gz');

const line = (day: string, month: string, rest: Partial<Record<string, string>> = {}): string[] => {
  const values: Record<string, string | undefined> = {
    age: '58',
    job: 'management',
    marital: 'married',
    education: 'tertiary',
    default: 'no',
    balance: '-2143',
    housing: 'yes',
    loan: 'no',
    contact: 'unknown',
    day,
    month,
    duration: '261',
    campaign: '1',
    pdays: '-1',
    previous: '0',
    poutcome: 'unknown',
    y: 'no',
    ...rest,
  };
  return bankFull.header.map((name) => values[name] ?? '');
};

describe('bankFull', () => {
  it('maps a line to the columns of the table', () => {
    const row = bankFull.createReader()(line('5', 'may'));
    expect(Object.fromEntries(COLUMNS.map((name, index) => [name, row[index]]))).toEqual({
      client_id: 1,
      contacted_at: '2008-05-05T08:00:00.000Z',
      age: 58,
      job: 'management',
      marital: 'married',
      education: 'tertiary',
      in_default: false,
      balance: -2143,
      housing: true,
      loan: false,
      contact: 'unknown',
      campaign: 1,
      pdays: -1,
      previous: 0,
      poutcome: 'unknown',
      duration: 261,
      subscribed: false,
    });
  });

  it('starts a new year when the month goes back, and keeps the order within a day', () => {
    const read = bankFull.createReader();
    const times = [line('31', 'dec'), line('31', 'dec'), line('2', 'jan'), line('3', 'jan')].map(
      (fields) => read(fields)[1],
    );
    expect(times).toEqual([
      '2008-12-31T08:00:00.000Z',
      '2008-12-31T08:00:30.000Z',
      '2009-01-02T08:00:00.000Z',
      '2009-01-03T08:00:00.000Z',
    ]);
  });

  it('starts again with every reader', () => {
    expect(bankFull.createReader()(line('5', 'may'))).toEqual(bankFull.createReader()(line('5', 'may')));
  });

  it.each([
    ['too few fields', ['58'], /row 1: must have 17 fields, got 1/],
    ['a month that is none', line('5', 'mai'), /row 1: month must be one of/],
    [
      'a text for a number',
      line('5', 'may', { balance: '1.5' }),
      /row 1: balance must be a whole number, got '1.5'/,
    ],
    ['a text for yes', line('5', 'may', { y: 'maybe' }), /row 1: y must be yes or no, got 'maybe'/],
  ])('fails on %s', (_, fields, message) => {
    expect(() => bankFull.createReader()(fields)).toThrow(message);
  });

  describeWith(file, 'bankFull on the real file', () => {
    it('reads 45,211 rows in order of time from May 2008 to November 2010', () => {
      const [header = '', ...lines] = file.text().trimEnd().split('\n');
      expect(header.split(',')).toEqual(bankFull.header);
      const read = bankFull.createReader();
      const rows = lines.map((text) => read(text.split(',')));
      const times = rows.map((row) => String(row[1]));
      expect(rows.length).toBe(45_211);
      expect(times).toEqual(times.toSorted());
      expect([times[0]?.slice(0, 7), times.at(-1)?.slice(0, 7)]).toEqual(['2008-05', '2010-11']);
      expect(times.every((time) => time.slice(11, 13) < '15')).toBe(true);
      // 5,289 of 45,211 contracted; 81.7 % were never called before (pandas 2 on the same file).
      expect(rows.filter((row) => row[16] === true).length).toBe(5289);
      expect(rows.filter((row) => row[12] === -1).length / rows.length).toBeCloseTo(0.8174, 4);
    });
  });
});
