import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportQuery, SourceDatabase } from '../../lambdas/ports/source-database.ts';

export interface SourceUnderTest {
  readonly source: SourceDatabase;
  /** Runs statements as the owner of the tables. */
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

export const query = (sql: string, timeoutSec = 60): ExportQuery => ({
  sql,
  window: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
  timeoutSec,
});

/** The bytes of one query, in a snapshot of its own. */
export async function csvOf(source: SourceDatabase, sql: string, timeoutSec?: number): Promise<string> {
  return source.snapshot(async (snapshot) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot.stream(query(sql, timeoutSec))) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  });
}

/** What a kind of database calls things; the demands are the same for all. */
export interface Dialect {
  /** Makes `kinds` (id, note, …) of four rows, `events` (id, at) of four, and what `writing` needs. */
  readonly tables: string;
  /** `select * from kinds order by id` as CSV. */
  readonly kinds: string;
  /** A relation (n, v) of the texts NULL, '', `\.` and `a<CR>b`, numbered from 1. */
  readonly texts: string;
  /** CSV of all four texts alone, and of the first three with their numbers. */
  readonly textsCsv: { readonly alone: string; readonly numbered: string };
  readonly inWindow: string;
  readonly described: { readonly sql: string; readonly columns: readonly string[] };
  /** A relation with rows 1 to n in a column `g`. */
  readonly series: (n: number) => string;
  /** CSV of `select g, repeat('x', 50)`, line by line. */
  readonly seriesLine: (g: number) => string;
  readonly snapshotId: RegExp;
  readonly writing: readonly (readonly [what: string, sql: string])[];
  readonly bad: readonly (readonly [what: string, sql: string])[];
  readonly unknownColumn: string;
  readonly endless: string;
  /** A query whose failure quotes `plain`, a value of a row, and what is left of the message. */
  readonly quoting: { readonly sql: string; readonly said: string };
}

/** Written by `psql -c "\copy (select * from kinds order by id) to stdout csv header"` in the time zone UTC. */
const KINDS_CSV = `id,big,price,ratio,note,ok,day,at,"a ""name"", quoted"
1,9007199254740993,1234567890.123456789,0.1,plain,t,2026-01-31,2026-01-31 12:00:00.123456+00,1 day 02:03:04
2,-5,0.00,1e+300,"say ""hi"", you
next line",f,0099-12-31,2026-06-30 22:30:00+00,
3,,NaN,-Infinity,"",,,infinity,00:00:00
4,0,1,0.30000000000000004,größe 😀 	tab \\.,t,4000-01-01,1999-12-31 23:59:59.999999+00,
`;

const KINDS = `
  create table kinds (id int, big bigint, price numeric, ratio float8, note text, ok boolean, day date,
    at timestamptz, "a ""name"", quoted" interval);
  insert into kinds values
    (1, 9007199254740993, 1234567890.123456789, 0.1, 'plain', true, '2026-01-31', '2026-01-31 13:00:00.123456+01', '26:03:04'),
    (2, -5, 0.00, 1e300, E'say "hi", you\\nnext line', false, '0099-12-31', '2026-06-30 22:30:00Z', null),
    (3, null, 'NaN', '-Infinity', '', null, null, 'infinity', '0'),
    (4, 0, 1, 0.1::float8 + 0.2::float8, E'größe 😀 \\ttab \\\\.', true, '4000-01-01', '1999-12-31 23:59:59.999999Z', null);
  update kinds set "a ""name"", quoted" = '1 day 02:03:04' where id = 1;
  create table events (id int, at timestamptz);
  insert into events values (1, '2025-12-31 23:59:59.999Z'), (2, '2026-01-01Z'), (3, '2026-01-31 23:59Z'), (4, '2026-02-01Z');
  create sequence counter;
  grant usage on sequence counter to public;
  create function writes() returns int language plpgsql as $$ begin insert into events values (9, now()); return 1; end $$;
`;

export const POSTGRES: Dialect = {
  tables: KINDS,
  kinds: KINDS_CSV,
  texts: "(values (1, null), (2, ''), (3, '\\.'), (4, E'a\\rb')) as t(n, v)",
  textsCsv: { alone: 'v\n\n""\n"\\."\n"a\rb"\n', numbered: 'n,v\n1,\n2,""\n3,\\.\n' },
  inWindow: `select id from events where at >= current_setting('mlops.from')::timestamptz
    and at < current_setting('mlops.to')::timestamptz order by id`,
  described: {
    sql: 'select *, array[1] as list, 1 / (id - id) as never, id::varchar(9) as short from kinds',
    columns: [
      'id: integer',
      'big: bigint',
      'price: numeric',
      'ratio: double precision',
      'note: text',
      'ok: boolean',
      'day: date',
      'at: timestamp with time zone',
      'a "name", quoted: interval',
      'list: integer[]',
      'never: integer',
      'short: character varying',
    ],
  },
  series: (n) => `generate_series(1, ${n}) g`,
  seriesLine: (g) => `${g},${'x'.repeat(50)}`,
  snapshotId: /^\d+:\d+:/,
  writing: [
    ['a function that writes', 'select writes()'],
    ['a sequence that moves', "select nextval('counter')"],
    ['making the transaction writable', "select set_config('transaction_read_only', 'off', true)"],
  ],
  bad: [
    ['a parameter', 'select $1::int'],
    ['a way out of what surrounds it', 'select 1) to stdout; drop table kinds; copy (select 2'],
  ],
  unknownColumn: 'column "nothing" does not exist (SQLSTATE 42703)',
  endless: 'with recursive n as (select 1 as i union all select i + 1 from n) select i from n',
  quoting: { sql: 'select note::int from kinds', said: 'invalid input syntax for type integer: "…"' },
};

/** What every SourceDatabase must do. */
export function sourceDatabaseContract(
  name: string,
  open: () => Promise<SourceUnderTest>,
  dialect: Dialect = POSTGRES,
): void {
  describe(`${name} as a SourceDatabase`, () => {
    let opened: SourceUnderTest;
    beforeAll(async () => {
      opened = await open();
      await opened.run(dialect.tables);
    });
    afterAll(() => opened?.close());

    it('writes each kind of value as the text of COPY, to the last digit', async () => {
      expect(await csvOf(opened.source, 'select * from kinds order by id')).toBe(dialect.kinds);
    });

    it('writes NULL unlike empty text, and lines that are empty or look like an end of data', async () => {
      const { texts, textsCsv } = dialect;
      expect(await csvOf(opened.source, `select v from ${texts} order by n`)).toBe(textsCsv.alone);
      expect(await csvOf(opened.source, `select n, v from ${texts} where n < 4 order by n`)).toBe(
        textsCsv.numbered,
      );
    });

    it('writes the header alone for no rows', async () => {
      expect(await csvOf(opened.source, 'select id, note from kinds where false')).toBe('id,note\n');
    });

    it('writes columns of equal names as they come', async () => {
      expect(await csvOf(opened.source, 'select 1 as a, 2 as a -- twice')).toBe('a,a\n1,2\n');
    });

    it('offers the window as settings', async () => {
      expect(await csvOf(opened.source, dialect.inWindow)).toBe('id\n2\n3\n');
    });

    it("names the columns and the database's types without reading a row", async () => {
      const columns = await opened.source.snapshot((snapshot) =>
        snapshot.describe(query(dialect.described.sql)),
      );
      expect(columns.map(({ name: column, type }) => `${column}: ${type}`)).toEqual(
        dialect.described.columns,
      );
    });

    it('streams every row once, in order, in many chunks', async () => {
      let chunks = 0;
      const all: Uint8Array[] = [];
      await opened.source.snapshot(async (snapshot) => {
        const text = `select g, repeat('x', 50) from ${dialect.series(30_000)} order by g`;
        for await (const chunk of snapshot.stream(query(text))) {
          chunks += 1;
          all.push(chunk);
        }
      });
      const lines = Buffer.concat(all).toString().split('\n');
      expect(chunks).toBeGreaterThan(3);
      expect(lines).toHaveLength(30_002);
      expect(lines.slice(1, -1).every((line, index) => line === dialect.seriesLine(index + 1))).toBe(true);
    });

    it('answers several queries of one snapshot, which has a name', async () => {
      const found = await opened.source.snapshot(async (snapshot) => {
        const text: string[] = [snapshot.id];
        for (const sql of ['select 1 as a', 'select 2 as b']) {
          await snapshot.describe(query(sql));
          for await (const chunk of snapshot.stream(query(sql))) text.push(Buffer.from(chunk).toString());
        }
        return text;
      });
      expect(found[0]).toMatch(dialect.snapshotId);
      expect(found.slice(1).join('')).toBe('a\n1\nb\n2\n');
    });

    it('survives a stream that is left in the middle', async () => {
      await opened.source.snapshot(async (snapshot) => {
        for await (const chunk of snapshot.stream(query(`select * from ${dialect.series(100_000)}`))) {
          expect(chunk.byteLength).toBeGreaterThan(0);
          break;
        }
      });
      expect(await csvOf(opened.source, 'select 1 as a')).toBe('a\n1\n');
    });

    it('closes twice without complaint', async () => {
      await opened.source.close();
      await expect(opened.source.close()).resolves.toBeUndefined();
    });

    it('passes on an error of the work, and works on afterwards', async () => {
      const failure = new Error('the work failed');
      await expect(opened.source.snapshot(() => Promise.reject(failure))).rejects.toBe(failure);
      expect(await csvOf(opened.source, 'select 1 as a')).toBe('a\n1\n');
    });

    it.each(dialect.writing)('fails as read-only on %s', async (_, sql) => {
      await expect(csvOf(opened.source, sql)).rejects.toMatchObject({
        code: 'source/read-only',
        retryable: false,
      });
      expect(await csvOf(opened.source, 'select count(*) as count from events')).toBe('count\n4\n');
    });

    it.each<readonly [what: string, sql: string]>([
      ['two statements', 'select 1; select 2'],
      ...dialect.bad,
      ['the end of the transaction', 'select 1; commit; drop table kinds'],
      ['an unknown column', 'select nothing from kinds'],
      ['no SQL at all', 'once upon a time'],
    ])('fails as a bad query on %s', async (_, sql) => {
      await expect(csvOf(opened.source, sql)).rejects.toMatchObject({
        code: 'source/query',
        retryable: false,
      });
      expect(await csvOf(opened.source, 'select count(*) as count from kinds')).toBe('count\n4\n');
    });

    it("repeats the server's message about the query, but no value of a row", async () => {
      await expect(csvOf(opened.source, 'select nothing from kinds')).rejects.toThrow(dialect.unknownColumn);
    });

    it('repeats no value of a row that the server quotes', async () => {
      const failed = await csvOf(opened.source, dialect.quoting.sql).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'source/query' });
      expect(String(failed)).toContain(dialect.quoting.said);
      expect(JSON.stringify(failed) + String(failed) + String((failed as Error).cause)).not.toContain(
        'plain',
      );
    });

    it('ends a query at its time limit', async () => {
      await expect(csvOf(opened.source, dialect.endless, 0.5)).rejects.toMatchObject({
        code: 'source/timeout',
      });
      expect(await csvOf(opened.source, 'select 1 as a')).toBe('a\n1\n');
    });
  });
}
