import { createCsvParser } from '../../lambdas/core/csv/parse.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import {
  FALSE,
  NOT_A_BOOLEAN,
  NOT_A_NUMBER,
  NOT_A_TIME,
  NOT_FINITE,
  NUMBERS,
  TIMES,
  TRUE,
} from '../core/csv/cells.ts';
import { bytesOf, type Case, type Corpus, codes } from './corpus.ts';

const COLUMNS = [
  { name: 'n', type: 'number' },
  { name: 'b', type: 'boolean' },
  { name: 't', type: 'timestamp' },
  { name: 'c', type: 'category' },
] as const;
const HEADER = 'n,b,t,c\n';
const LIMITS = { maxCellBytes: 2_000, maxColumns: 50, bufferBytes: 64 };

/** Pushed in pieces of a size that the input decides, so that a mutation moves the cuts too. */
function run(input: Uint8Array): string {
  const refused: string[] = [];
  try {
    const parser = createCsvParser({
      columns: COLUMNS,
      limits: LIMITS,
      onBadRow: ({ code }) => refused.push(code),
    });
    const step = 1 + (input.byteLength % 61);
    for (let at = 0; at < input.byteLength; at += step) parser.push(input.subarray(at, at + step));
    parser.end();
    parser.take();
  } catch (error) {
    if (error instanceof RuntimeFailure) return error.code;
    throw error;
  }
  return codes(refused) || 'accepted';
}

const TEXTS = [
  '',
  '""',
  'NULL',
  '\\N',
  '\\.',
  "=cmd|'/c calc'!A1",
  '-2+3',
  '@SUM(1)',
  '\t=1',
  '__proto__',
  'constructor',
  '"a,b"',
  '"a""b"',
  '"a\nb"',
  '"a\r\nb"',
  '\u202egnp',
  '😀',
  'ﬀ',
  "';drop table t;--",
  '"{""a"":1}"',
  '\u00a0',
  'a b',
  '"\uFEFF"',
];

const texts = (pairs: readonly (readonly [text: string, value: number])[]): string[] =>
  pairs.map(([text]) => text);
const rows = (name: string, at: number, cells: readonly string[], expected: string): Case[] =>
  cells.map((cell) => {
    const row = ['1', 't', '2026-01-01', 'x'];
    row[at] = cell;
    return {
      title: `${name} ${JSON.stringify(cell).slice(0, 40)}`,
      input: bytesOf(`${HEADER}${row.join(',')}\n`),
      expected,
    };
  });

const file = (title: string, content: string | Uint8Array, expected: string): Case => ({
  title,
  input: bytesOf(content),
  expected,
});
const raw = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const GOOD = '1,t,2026-01-01,x\n';

export const CSV: Corpus = {
  name: 'csv',
  run,
  good: [
    bytesOf(HEADER + GOOD.repeat(5)),
    bytesOf(`c,t,b,n,extra\n"a,""b""\n",2026-11-16 08:45:05.189092+00,f,-1.5e3,9\n,,,,\n`),
    bytesOf(`${HEADER}${GOOD}`.replaceAll('\n', '\r\n')),
  ],
  tokens: [
    ',',
    '"',
    '""',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\uFEFF',
    '=1+1',
    '1e309',
    '-0',
    'NaN',
    '__proto__',
    '\\.',
    '\u0085',
    '9'.repeat(30),
    '"'.repeat(9),
  ],
  cases: [
    ...rows('the number', 0, NOT_A_NUMBER, 'csv/not-a-number'),
    ...rows('the number', 0, NOT_FINITE, 'csv/not-finite'),
    ...rows('the number', 0, ['', ...texts(NUMBERS)], 'accepted'),
    ...rows('the boolean', 1, NOT_A_BOOLEAN, 'csv/not-a-boolean'),
    ...rows('the boolean', 1, ['', ...TRUE, ...FALSE], 'accepted'),
    ...rows('the time', 2, NOT_A_TIME, 'csv/not-a-timestamp'),
    ...rows('the time', 2, ['infinity', '-infinity'], 'csv/not-finite'),
    ...rows('the time', 2, ['', ...texts(TIMES)], 'accepted'),
    ...rows('the text', 3, TEXTS, 'accepted'),
    file('nothing', '', 'csv/bad-header'),
    file('a byte order mark alone', '\uFEFF', 'csv/bad-header'),
    file('a header alone', HEADER, 'accepted'),
    file('a header without a line end', HEADER.trimEnd(), 'accepted'),
    file('a byte order mark first', `\uFEFF${HEADER}${GOOD}`, 'accepted'),
    file('UTF-16, little end first', raw([0xff, 0xfe], 'n\0'), 'csv/bad-encoding'),
    file('UTF-16, big end first', raw([0xfe, 0xff], '\0n'), 'csv/bad-encoding'),
    file('a column twice', `n,n,b,t,c\n${GOOD}`, 'csv/bad-header'),
    file('a column without a name', `n,,b,t,c\n`, 'csv/bad-header'),
    file('a column that is missing', `n,b,t\n`, 'csv/missing-column'),
    file('columns of another case', `N,B,T,C\n`, 'csv/missing-column'),
    file('__proto__ and constructor as columns', `__proto__,constructor,${HEADER}1,2,${GOOD}`, 'accepted'),
    file('a hundred thousand columns', `${'x,'.repeat(100_000)}y\n`, 'csv/bad-header'),
    file('a header of one large cell', `${'x'.repeat(100_000)}\n`, 'csv/bad-header'),
    file('a quote in the header', `n,b"x,t,c\n`, 'csv/bad-header'),
    file('a zero byte in the header', `n,b\0,t,c\n`, 'csv/bad-header'),
    file('a header that is not UTF-8', raw('n,b,t,', [0xff], '\n'), 'csv/bad-header'),
    file('too few fields', `${HEADER}1,t\n${GOOD}`, 'csv/ragged'),
    file('too many fields', `${HEADER}1,t,2026-01-01,x,y\n`, 'csv/ragged'),
    file('an empty line', `${HEADER}\n${GOOD}`, 'csv/ragged'),
    file('a quote in a bare field', `${HEADER}1,t,2026-01-01,x"y\n`, 'csv/bad-quote'),
    file('text after a closing quote', `${HEADER}1,t,2026-01-01,"x"y\n`, 'csv/bad-quote'),
    file('a quote that is never closed', `${HEADER}1,t,2026-01-01,"x\n${GOOD}`, 'csv/bad-quote'),
    file('a lone carriage return', `${HEADER}1,t,2026-01-01,x\ry\n`, 'csv/bad-quote'),
    file('a zero byte', `${HEADER}1,t,2026-01-01,x\0\n`, 'csv/nul'),
    file(
      'a cell of 10 MB',
      `${HEADER}1,t,2026-01-01,${'x'.repeat(10_000_000)}\n${GOOD}`,
      'csv/cell-too-large',
    ),
    file(
      'a quoted cell of 10 MB',
      `${HEADER}1,t,2026-01-01,"${'x\n'.repeat(5_000_000)}"\n`,
      'csv/cell-too-large',
    ),
    file('text that is not UTF-8', raw(HEADER, '1,t,2026-01-01,', [0xff], '\n'), 'csv/bad-utf8'),
    file('a surrogate in UTF-8', raw(HEADER, '1,t,2026-01-01,', [0xed, 0xa0, 0x80], '\n'), 'csv/bad-utf8'),
    file('an overlong slash', raw(HEADER, '1,t,2026-01-01,', [0xc0, 0xaf], '\n'), 'csv/bad-utf8'),
    file('half a character at the end', raw(HEADER, '1,t,2026-01-01,', [0xf0, 0x9f]), 'csv/bad-utf8'),
    file('gzip', raw([0x1f, 0x8b, 8, 0], 'n,b,t,c'), 'csv/bad-header'),
    file('JSON', '{"n":1,"b":true}\n', 'csv/bad-header'),
    file('a million line ends', `${HEADER}${'\n'.repeat(1_000_000)}`, 'csv/ragged'),
    file('a million quotes', `${HEADER}${'"'.repeat(1_000_000)}`, 'csv/cell-too-large'),
  ],
};
