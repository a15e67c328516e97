import { describe, expect, it } from 'vitest';
import { createCsvParser } from '../../../lambdas/core/csv/parse.ts';
import { dataFile, describeWith, python, runPython } from '../../support/tools.ts';
import { bytesOf, columnsOf, parse, plain, reasons } from './tables.ts';

const concat = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe('the structure of a CSV file', () => {
  it('reads declared columns in declared order, ignores others, keeps the first appearance in dictionaries', () => {
    const { table, values } = parse('x,b,a\n9,blue,1\n9,red,2\n9,blue,3\n', 'a:number b:category');
    expect([...table.columns.keys()]).toEqual(['a', 'b']);
    expect(values).toEqual({ a: [1, 2, 3], b: ['blue', 'red', 'blue'] });
    expect(table.columns.get('b')).toMatchObject({ dictionary: ['blue', 'red'] });
  });

  it.each([
    ['LF', 'a,b\n1,x\n2,y\n'],
    ['CRLF', 'a,b\r\n1,x\r\n2,y\r\n'],
    ['no final line end', 'a,b\n1,x\n2,y'],
    ['a byte order mark', '\uFEFFa,b\n1,x\n2,y\n'],
    ['quotes everywhere', '"a","b"\r\n"1","x"\r\n"2","y"'],
  ])('reads a file with %s', (_, text) => {
    expect(parse(text, 'a:number b:category')).toMatchObject({
      values: { a: [1, 2], b: ['x', 'y'] },
      badRows: [],
    });
  });

  it('reads quotes, commas and line ends inside quotes as they are', () => {
    const text = 'a,b\n"say ""hi""","x,\r\ny"\n"""",","\n';
    expect(parse(text, 'a:category b:category').values).toEqual({
      a: ['say "hi"', '"'],
      b: ['x,\r\ny', ','],
    });
  });

  it('reads an empty field as missing and a quoted one as empty text', () => {
    expect(parse('a,b\n,\n"",1\n', 'a:category b:number').values).toEqual({ a: [null, ''], b: [null, 1] });
  });

  it('reads an empty line as one missing value, and as ragged in a wider file', () => {
    expect(parse('a\n\n1\n', 'a:number').values).toEqual({ a: [null, 1] });
    expect(reasons(parse('a,b\n\n1,2\n', 'a:number'))).toEqual(['csv/ragged - 2']);
  });

  it('keeps a byte order mark that is not at the start', () => {
    expect(parse('a\n\uFEFFx\n', 'a:category').values).toEqual({ a: ['\uFEFFx'] });
  });

  it('reads a header alone as a table without rows', () => {
    expect(parse('a,b\r\n', 'a:number').table.rows).toBe(0);
    expect(parse('a', 'a:number').table.rows).toBe(0);
  });

  it('reads columns and categories that are named like members of Object.prototype', () => {
    const result = parse(
      '__proto__,constructor\n__proto__,1\nconstructor,2\n',
      '__proto__:category constructor:number',
    );
    expect([...result.table.columns]).toMatchObject([
      ['__proto__', { dictionary: ['__proto__', 'constructor'] }],
      ['constructor', { values: Float64Array.of(1, 2) }],
    ]);
  });
});

describe('headers with other names', () => {
  const failure = (text: string, columns: string): unknown => {
    try {
      return parse(text, columns);
    } catch (error) {
      return error;
    }
  };

  it('answers unknown columns with the nearest names and those of the file, every column at once', () => {
    expect(failure('AT,Spend,units\n', 'at:timestamp spend:number left:boolean')).toMatchObject({
      message: "the file has no column 'at', 'spend', 'left'; the header is 'AT', 'Spend', 'units'",
      fix: expect.stringContaining("did you mean: 'AT' is renamed to 'at', 'Spend' is renamed to 'spend';"),
    });
  });

  it('shows twenty names at most, and none that is too long', () => {
    const names = [...Array.from({ length: 24 }, (_, i) => `c${i}`), 'x'.repeat(100)];
    const { message } = failure(`${names.join(',')}\n`, 'other:number') as Error;
    expect(message).toMatch(/'c19', 5 more$/);
    expect((failure(`,\n`, 'a:number') as Error).message).toMatch(/column 2 has no name/);
    expect((failure(`,b\n`, 'a:number') as Error).message).toMatch(/the header is 'b'$/);
  });

  // DataFrame.to_csv writes the index first, without a name, unless index=False.
  it('ignores an index column of pandas, which has no name', () => {
    const { values, table } = parse(',a,b\n0,1,x\n1,2,y\n', 'a:number b:category');
    expect([values.a, table.rows]).toEqual([[1, 2], 2]);
  });
});

describe('unusable headers', () => {
  it.each([
    ['csv/missing-column', 'x,y\n1,2\n', /no column 'a', 'b'; the header is 'x', 'y'$/],
    ['csv/missing-column', 'a;b\n1;2\n', /the header is one column with 1 ';': 'a;b'$/],
    ['csv/missing-column', 'a\tb\n1\t2\n', /the header is one column with 1 tabs: 'a\\tb'$/],
    ['csv/missing-column', 'a|b\n1|2\n', /the header is one column with 1 '\|'/],
    ['csv/bad-header', 'a,a,b\n', /two columns are named 'a'/],
    ['csv/bad-header', 'a,,b\n', /column 2 has no name/],
    ['csv/bad-header', '', /the file is empty/],
    ['csv/bad-header', '\uFEFF', /the file is empty/],
    ['csv/bad-header', 'a,b"c\n', /column 2: a quote stands inside/],
    ['csv/bad-header', 'a,b,c,d,e\n', /more than 4 fields/],
    ['csv/bad-header', 'a,b,,,', /more than 4 columns/],
    ['csv/bad-header', `a,${'b'.repeat(100)}\n`, /column 2: a field is larger than 50 bytes/],
    ['csv/bad-header', concat('a,', [0xff], '\n'), /column 2 is not UTF-8/],
    ['csv/bad-header', concat('a,b\0\n'), /column 2: a zero byte/],
    ['csv/bad-encoding', concat([0xff, 0xfe], 'a\0'), /UTF-16/],
    ['csv/bad-encoding', concat([0xfe, 0xff], '\0a'), /UTF-16/],
  ])('fails with %s: %j', (code, source, message) => {
    const read = () =>
      parse(source, 'a:number b:category', { limits: { maxColumns: 4, maxCellBytes: 50, bufferBytes: 8 } });
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it('reads quoted column names that hold quotes', () => {
    expect(parse('"a""b"\n1\n', 'a"b:number').values).toEqual({ 'a"b': [1] });
  });
});

describe('rejected rows', () => {
  it.each([
    ['too few fields', '1\n', 'csv/ragged - 2'],
    ['too many fields', '1,x,y,z\n', 'csv/ragged - 2'],
    ['a quote in a bare field', '1,x"y\n', 'csv/bad-quote b 2'],
    ['text after a closing quote', '1,"x"y\n', 'csv/bad-quote b 2'],
    ['a lone carriage return', '1,x\ry\n', 'csv/bad-quote b 2'],
    ['a zero byte', '1,x\0y\n', 'csv/nul b 2'],
    ['a zero byte in quotes', '1,"x\0y"\n', 'csv/nul b 2'],
    ['a large field', `1,${'x'.repeat(70)}\n`, 'csv/cell-too-large b 2'],
    ['a large quoted field', `1,"${'x\n'.repeat(35)}"\n`, 'csv/cell-too-large b 2'],
    ['no number', '1e,x\n', 'csv/not-a-number a 2'],
    ['an empty text for a number', '"",x\n', 'csv/not-a-number a 2'],
    ['a quoted text that is no number', '"1""2",x\n', 'csv/not-a-number a 2'],
    ['text that is not UTF-8', concat('1,', [0x78, 0xff], '\n'), 'csv/bad-utf8 b 2'],
    ['a surrogate in UTF-8', concat('1,', [0xed, 0xa0, 0x80], '\n'), 'csv/bad-utf8 b 2'],
    ['an overlong slash', concat('1,', [0xc0, 0xaf], '\n'), 'csv/bad-utf8 b 2'],
  ])('reports %s and reads on', (_, row, reason) => {
    const source = concat('a,b\n', [...Buffer.from(row)], '7,good\n');
    const result = parse(source, 'a:number b:category', { limits: { maxCellBytes: 64 } });
    expect(reasons(result)).toEqual([reason]);
    expect(result.values).toEqual({ a: [7], b: ['good'] });
    expect(result.table.columns.get('b')).toMatchObject({ dictionary: ['good'] });
  });

  it('reports a quote that is never closed, with the line on which the row starts', () => {
    const result = parse('a,b\n1,x\n2,"y\nz\n', 'a:number b:category');
    expect(reasons(result)).toEqual(['csv/bad-quote b 3']);
    expect(result.badRows[0]?.raw).toBe('2,"y\nz');
    expect(result.values).toEqual({ a: [1], b: ['x'] });
  });

  it('reads a carriage return as the last byte as half of a line end', () => {
    expect(parse('a,b\n1,"x"\r\n2,y\r', 'a:number b:category')).toMatchObject({
      values: { a: [1, 2], b: ['x', 'y'] },
      badRows: [],
    });
  });

  it('counts lines inside quotes', () => {
    const text = 'a,b\n1,"x\n\ny"\n?,x\n';
    expect(reasons(parse(text, 'a:number b:category'))).toEqual(['csv/not-a-number a 5']);
  });

  it('keeps the raw row but never puts a value into the reason', () => {
    const [row] = parse('a,b\nsecret,"x\r\ny"\r\n', 'a:number').badRows;
    expect(row).toEqual({
      line: 2,
      code: 'csv/not-a-number',
      column: 'a',
      value: 'secret',
      reason: 'not a decimal number',
      raw: 'secret,"x\r\ny"',
    });
  });

  it('cuts the raw row at 4 KiB, however large a cell may be', () => {
    const [row] = parse(`a,b\n?,${'x'.repeat(10_000)}\n`, 'a:number').badRows;
    expect(row?.raw).toBe(`?,${'x'.repeat(4094)}`);
  });

  it('checks the structure of columns that nobody reads, but not their values', () => {
    expect(reasons(parse('a,z\n1,x"\n', 'a:number'))).toEqual(['csv/bad-quote z 2']);
    expect(parse(concat('a,z\n1,', [0xff], '\n'), 'a:number').values).toEqual({ a: [1] });
  });

  it.each([
    ['bare', 'x'.repeat(1 << 20)],
    ['quoted, with line ends and quotes', `"${'x,""\n'.repeat(200_000)}"`],
  ])('passes over a cell of a megabyte (%s) with a small buffer', (_, cell) => {
    const limits = { maxCellBytes: 1000, bufferBytes: 512 };
    const result = parse(`a,b\n1,x\n2,${cell},3\n4,"y"\n?,z\n`, 'a:number b:category', { limits });
    expect(result.values).toEqual({ a: [1, 4], b: ['x', 'y'] });
    const lines = cell.split('\n').length;
    expect(reasons(result)).toEqual(['csv/cell-too-large b 3', `csv/not-a-number a ${4 + lines}`]);
  });

  it('passes over a row of endless fields with a small buffer', () => {
    const limits = { maxCellBytes: 1000, bufferBytes: 512 };
    const text = `a,b\n${',"q"x"'.repeat(100_000)}\n1,x\n`;
    const result = parse(text, 'a:number b:category', { limits });
    expect(reasons(result)).toEqual(['csv/bad-quote b 2']);
    expect(result.values).toEqual({ a: [1], b: ['x'] });
  });

  it('rejects a too large row at the end of the file, without a line end', () => {
    const limits = { maxCellBytes: 10, bufferBytes: 16 };
    const result = parse(`a\n1\n${'2'.repeat(100)}`, 'a:number', { limits });
    expect(reasons(result)).toEqual(['csv/cell-too-large a 3']);
  });

  it('reads cells of exactly the allowed size, whatever the buffer', () => {
    const limits = { maxCellBytes: 64, bufferBytes: 4 };
    const cell = 'x'.repeat(64);
    const text = `a,b\r\n${cell},"${cell}"\r\n"${cell}",${cell}\r\n`;
    const result = parse(text, 'a:category b:category', { limits });
    expect(result).toMatchObject({ values: { a: [cell, cell], b: [cell, cell] }, badRows: [] });
  });
});

describe('a file in chunks', () => {
  const text = concat(
    '\uFEFFn,t,b,when\r\n1.5,"a ""quoted"", cell\r\nand line",t,2026-11-16 08:45:05.189092+00\r\n',
    'x,y\r\n-0,żółć,f,\r\n,"",yes,2026-01-01\n1,bad"quote,t,\n2,',
    [0xe2, 0x82],
    ',t,\n9007199254740993,日本語 𝒳,no,1969-12-31T23:59:59Z\n',
    '3,"never closed\n',
  );
  const declaration = 'n:number t:category b:boolean when:timestamp';

  it('gives the same table and the same bad rows wherever the file is cut', () => {
    const whole = parse(text, declaration);
    expect(whole.table.rows).toBe(4);
    expect(whole.badRows).toHaveLength(4);
    for (let cut = 0; cut <= text.length; cut++) {
      for (const bufferBytes of [4, 64, 131_072]) {
        const { values, badRows } = parse(text, declaration, { cuts: [cut], limits: { bufferBytes } });
        expect({ values, badRows }).toEqual({ values: whole.values, badRows: whole.badRows });
      }
    }
  });

  it('gives the same table byte by byte', () => {
    const cuts = Array.from(text.keys());
    expect(parse(text, declaration, { cuts }).values).toEqual(parse(text, declaration).values);
  });

  it('returns blocks as tables of their own and keeps no memory of them', () => {
    const parser = createCsvParser({ columns: columnsOf('a:number b:category'), limits: { bufferBytes: 8 } });
    expect([parser.rows, parser.take()]).toEqual([0, { rows: 0, columns: new Map() }]);
    parser.push(bytesOf('a,b\n1,one\n2,two\n3,th'));
    const first = parser.take();
    parser.push(bytesOf('ree\n?,x\n4,one\n'));
    parser.end();
    const second = parser.take();
    expect(plain(first).b?.concat(plain(second).b ?? [])).toEqual(['one', 'two', 'three', 'one']);
    expect(second.columns.get('b')).toMatchObject({ dictionary: expect.not.arrayContaining(['two']) });
    expect([parser.rows, parser.badRows]).toEqual([0, 1]);
  });

  it('keeps texts with the same hash as different categories', () => {
    // Collisions of 32-bit FNV-1a among English words.
    const texts = ['costarring', 'liquid', 'declinate', 'macallums', 'altarage', 'zinke'];
    const { values } = parse(`a\n${[...texts, ...texts].join('\n')}`, 'a:category');
    expect(values.a).toEqual([...texts, ...texts]);
  });

  it('lets columns grow over thousands of rows and categories', () => {
    const rows = Array.from(
      { length: 5000 },
      (_, row) => [row, `text ${row % 3000} ${'y'.repeat(row % 50)}`] as const,
    );
    const text = `a,b\n${rows.map((row) => row.join(',')).join('\n')}`;
    expect(parse(text, 'a:number b:category').values).toEqual({
      a: rows.map(([a]) => a),
      b: rows.map(([, b]) => b),
    });
  });
});

const bank = dataFile('bank-full.csv.gz');

describeWith([bank, python], 'the bank marketing data', () => {
  it("gives the values that Python's csv module gives", () => {
    const text = bank.text();
    const { values, badRows } = parse(text, 'age:number balance:number job:category y:boolean');
    const script = `
import csv, io, json, sys
rows = list(csv.DictReader(io.StringIO(json.load(sys.stdin), newline='')))
print(json.dumps({'age': [float(r['age']) for r in rows], 'balance': [float(r['balance']) for r in rows],
  'job': [r['job'] for r in rows], 'y': [int(r['y'] == 'yes') for r in rows]}))`;
    expect(values).toEqual(runPython(script, text));
    expect(badRows).toEqual([]);
  });
});
