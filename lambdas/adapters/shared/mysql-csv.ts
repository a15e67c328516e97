/** Makes the server write CSV: for a query, the query that gives one text per row, a line without its end. */

import { tokenize } from '../../core/sql/tokens.ts';

/** A column of a prepared statement, in the terms of the protocol (MySQL internals, "Column Definition"). */
export interface MysqlColumn {
  readonly name: string;
  readonly columnType: number;
  readonly columnLength: number;
  /** Digits after the point: of a time, of its seconds. */
  readonly decimals: number;
  /** Number of the character set; 63 is bytes. */
  readonly characterSet: number;
}

const BYTES = 63;
const TINY = 1;
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'decimal'],
  [TINY, 'tinyint'],
  [2, 'smallint'],
  [3, 'int'],
  [4, 'float'],
  [5, 'double'],
  [6, 'null'],
  [7, 'timestamp'],
  [8, 'bigint'],
  [9, 'mediumint'],
  [10, 'date'],
  [11, 'time'],
  [12, 'datetime'],
  [13, 'year'],
  [14, 'date'],
  [15, 'varchar'],
  [16, 'bit'],
  [245, 'json'],
  [246, 'decimal'],
  [247, 'enum'],
  [248, 'set'],
  [255, 'geometry'],
]);

/** The database's name of a column's type; `boolean` is a `tinyint(1)`, which the server has no other word for. */
export function typeName({ columnType, columnLength, characterSet }: MysqlColumn): string {
  if (columnType === TINY && columnLength === 1) return 'boolean';
  return NAMES.get(columnType) ?? (characterSet === BYTES ? 'blob' : 'text');
}

/**
 * The text of one value, as PostgreSQL's COPY would write a value that means the same: a text in quotes, always; NULL as
 * nothing; bytes as `\x` and hexadecimal digits; times without the zeros at their end, a timestamp in UTC with its
 * zone. Equal numbers may be spelt differently (`1e300`, `1e+300`); the server keeps no negative zero.
 */
function cell(column: MysqlColumn, name: string): string {
  switch (typeName(column)) {
    case 'boolean':
      return optional(`case ${name} when 1 then 't' when 0 then 'f' else ${name} end`);
    case 'decimal':
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
    case 'year':
    case 'double':
    case 'date':
    case 'null':
      return optional(name);
    case 'float':
      return optional(shortestFloat(name));
    case 'timestamp':
      return `ifnull(concat(${trimmed(name, column)}, '+00'), '')`;
    case 'datetime':
    case 'time':
      return optional(trimmed(name, column));
    case 'bit':
      return optional(`lpad(bin(${name} + 0), ${column.columnLength}, '0')`);
    case 'blob':
    case 'geometry':
      return `ifnull(concat('\\x', lower(hex(${name}))), '')`;
    default:
      return `ifnull(concat('"', replace(convert(${name} using utf8mb4), '"', '""'), '"'), '')`;
  }
}

/**
 * The shortest text that is the same single-precision number, as PostgreSQL writes it: the first of 6, 7, 8 and 9 digits
 * that reads back equal. The server's own text has 6, nine always suffice (IEEE 754-2019, 5.12.2), and the text of the
 * number as a double would be another number to whoever reads it as one: 0.10000000149011612 for 0.1.
 */
function shortestFloat(name: string): string {
  const exponent = `floor(log10(abs(${name})))`;
  const digits = (n: number): string => {
    const whole = `cast(round(${name} * pow(10, ${n - 1} - ${exponent})) as decimal(${n + 1}))`;
    return `cast(cast(concat(${whole}, 'e', ${exponent} - ${n - 1}) as double) as char)`;
  };
  const tried = [`cast(${name} as char)`, digits(7), digits(8)];
  const whens = tried.map((text) => `when cast(${text} as float) = ${name} then ${text}`);
  return `case ${whens.join(' ')} else ${digits(9)} end`;
}

/** The server turns a value into text by itself; asked to with `cast`, it takes a sixth longer for a row. */
const optional = (text: string): string => `ifnull(${text}, '')`;

function trimmed(text: string, { decimals }: MysqlColumn): string {
  return decimals === 0 ? text : `trim(trailing '.' from trim(trailing '0' from ${text}))`;
}

/**
 * The query around a query. A query that asks for an order gets a limit, larger than any result: without one the server may
 * forget the order, with one it writes the result to a temporary table first, which takes as long again. Around a query
 * that begins with WITH none can be put. The line breaks end a comment in the last line.
 */
export function csvQuery(sql: string, columns: readonly MysqlColumn[]): string {
  const names = columns.map((_, i) => `c${i}`);
  const cells = columns.map((column, i) => cell(column, `q.c${i}`));
  // The word in a string or a name costs time and changes nothing.
  const isOrdered = /\border\b/i.test(sql) && tokenize(sql).tokens[0]?.text !== 'with';
  const inner = isOrdered ? `(\n${sql}\n) limit 18446744073709551615` : sql;
  return `with q (${names.join(', ')}) as (\n${inner}\n) select concat(${cells.join(", ',', ")}) from q`;
}
