import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CsvColumn } from '../../../lambdas/core/csv/header.ts';
import { parseCsv } from '../../../lambdas/core/csv/parse.ts';
import { writeRows, writeTable } from '../../../lambdas/core/csv/write.ts';
import type { Column, Row, Table } from '../../../lambdas/core/table/table.ts';
import { itWith, python, runPython } from '../../support/tools.ts';
import { columnsOf, plain } from './tables.ts';

const textOf = (chunks: Iterable<Uint8Array>) => Buffer.concat([...chunks]).toString('utf8');

function tableOf(columns: Record<string, number[] | (string | null)[]>): Table {
  const entries = Object.entries(columns).map(([name, values]): [string, Column] => {
    if (values.every((value) => typeof value === 'number')) {
      return [name, { kind: 'numeric', values: Float64Array.from(values as number[]) }];
    }
    const dictionary = [...new Set(values.filter((value) => typeof value === 'string'))];
    const codes = Int32Array.from(values, (value) => dictionary.indexOf(value as string));
    return [name, { kind: 'category', codes, dictionary }];
  });
  return { rows: Object.values(columns)[0]?.length ?? 0, columns: new Map<string, Column>(entries) };
}

describe('a written table', () => {
  it('quotes only where needed, and writes missing and empty values differently', () => {
    const table = tableOf({
      t: ['plain', 'a,b', 'say "hi"', 'x\ny', 'x\r', '', null, '=1+1', ' pad ', '\uFEFF'],
    });
    expect(textOf(writeTable(table, columnsOf('t:category')))).toBe(
      't\nplain\n"a,b"\n"say ""hi"""\n"x\ny"\n"x\r"\n""\n\n=1+1\n pad \n"\uFEFF"\n',
    );
  });

  it('writes numbers in their shortest form, booleans as words and timestamps in UTC', () => {
    const table = tableOf({
      n: [0.1, -0, 1e21, Number.NaN],
      b: [1, 0, Number.NaN, 1],
      w: [0, Date.UTC(2026, 10, 16, 8, 45, 5, 189) + 0.092, 1, Number.NaN],
    });
    expect(textOf(writeTable(table, columnsOf('w:timestamp b:boolean n:number')))).toBe(
      [
        'w,b,n',
        '1970-01-01T00:00:00Z,true,0.1',
        '2026-11-16T08:45:05.189092Z,false,-0',
        '1970-01-01T00:00:00.001Z,,1e+21',
        ',true,\n',
      ].join('\n'),
    );
  });

  it('leaves the header out when asked', () => {
    expect(textOf(writeTable(tableOf({ a: [1] }), columnsOf('a:number'), { header: false }))).toBe('1\n');
  });

  it.each([
    ['csv/missing-column', { b: [1] }, 'a:number'],
    ['csv/wrong-type', { a: [1] }, 'a:category'],
    ['csv/wrong-type', { a: ['x'] }, 'a:number'],
    ['csv/not-finite', { a: [Number.POSITIVE_INFINITY] }, 'a:number'],
    ['csv/not-a-timestamp', { a: [1e15] }, 'a:timestamp'],
  ])('fails with %s', (code, columns, declaration) => {
    const write = () => textOf(writeTable(tableOf(columns), columnsOf(declaration)));
    expect(write).toThrow(expect.objectContaining({ code }));
  });

  it('writes large tables in several chunks that read back the same', () => {
    const table = tableOf({ a: Array.from({ length: 50_000 }, (_, row) => row / 7) });
    const chunks = [...writeTable(table, columnsOf('a:number'))];
    expect(chunks.length).toBeGreaterThan(5);
    const back = parseCsv(chunks, { columns: columnsOf('a:number') });
    expect(back).toEqual({ table, badRows: [] });
  });
});

describe('written rows', () => {
  const columns = columnsOf('n:number b:boolean w:timestamp t:category');

  it('writes values by name, and an absent one as missing', () => {
    const rows: Row[] = [
      new Map<string, string | number | boolean | null>([
        ['n', -2.5],
        ['b', true],
        ['w', '2026-01-01'],
        ['t', 'a,b'],
      ]),
      new Map([['n', null]]),
    ];
    expect(textOf(writeRows(rows, columns))).toBe('n,b,w,t\n-2.5,true,2026-01-01,"a,b"\n,,,\n');
    expect(textOf(writeRows([], columns, { header: false }))).toBe('');
  });

  it.each([
    ['csv/wrong-type', 'n', '1'],
    ['csv/wrong-type', 'b', 1],
    ['csv/wrong-type', 'w', 0],
    ['csv/wrong-type', 't', false],
    ['csv/not-finite', 'n', Number.NaN],
  ])('fails with %s for %s = %j', (code, name, value) => {
    expect(() => textOf(writeRows([new Map([[name, value]])], columns))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replaceAll('\0', ' '));
const cell = {
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.constantFrom(0, 1),
  timestamp: fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  category: text,
};
const typed = fc.uniqueArray(
  fc.record({
    name: text.filter((name) => name !== ''),
    type: fc.constantFrom('number', 'boolean', 'timestamp', 'category') as fc.Arbitrary<CsvColumn['type']>,
  }),
  { minLength: 1, maxLength: 5, selector: ({ name }) => name },
);

describe('a round trip of CSV', () => {
  it('reads back what it wrote bit by bit', () => {
    const tables = typed.chain((columns) =>
      fc.tuple(
        fc.constant(columns),
        fc.array(
          fc.tuple(...columns.map(({ type }) => fc.option(cell[type] as fc.Arbitrary<number | string>))),
        ),
        fc.integer({ min: 4, max: 200 }),
      ),
    );
    fc.assert(
      fc.property(tables, ([columns, rows, bufferBytes]) => {
        const table: Table = {
          rows: rows.length,
          columns: new Map(
            columns.map(({ name, type }, index): [string, Column] => {
              const values = rows.map((row) => row[index] ?? null);
              if (type !== 'category') {
                const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
                return [name, { kind: 'numeric', values: Float64Array.from(numbers) }];
              }
              const dictionary = [...new Set(values.filter((value) => typeof value === 'string'))];
              const codes = Int32Array.from(values, (value) => dictionary.indexOf(value as string));
              return [name, { kind: 'category', codes, dictionary }];
            }),
          ),
        };
        const back = parseCsv(writeTable(table, columns), { columns, limits: { bufferBytes } });
        expect(back).toEqual({ table, badRows: [] });
      }),
      { numRuns: 300 },
    );
  });

  itWith(python, "writes texts that Python's csv module reads alike", () => {
    const texts = fc.sample(
      text.filter((value) => value !== ''),
      { numRuns: 500, seed: 2 },
    );
    const csv = textOf(writeTable(tableOf({ t: texts }), columnsOf('t:category')));
    const script =
      'import csv,io,json,sys; print(json.dumps([r[0] for r in csv.reader(io.StringIO(json.load(sys.stdin), newline=""), strict=True)]))';
    expect(runPython(script, csv)).toEqual(['t', ...texts]);
    expect(plain(parseCsv([Buffer.from(csv)], { columns: columnsOf('t:category') }).table).t).toEqual(texts);
  });
});
