import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MysqlOptions, openMysql } from '../../../lambdas/adapters/shared/mysql.ts';
import { openPostgres } from '../../../lambdas/adapters/shared/postgres.ts';
import { createCsvParser } from '../../../lambdas/core/csv/parse.ts';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { textsOf } from '../../../lambdas/core/table/rows.ts';
import { MARIADB } from '../../contracts/mariadb-dialect.ts';
import { csvOf, query, sourceDatabaseContract } from '../../contracts/source-database.ts';
import { type MariadbServer, startMariadb } from '../../support/mariadb-server.ts';
import { freePort, type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { describeWith, mariadb, postgres } from '../../support/tools.ts';

/** Single-precision numbers of 1 to 9 digits, the ends of the range, and halves that may be rounded either way. */
const FLOATS = [
  1.5,
  -0.25,
  0.1,
  0.3,
  1 / 3,
  123_456.79,
  1_146_217.25,
  -309_627.125,
  16_777_216,
  16_777_219,
  9_999_999_000,
  1e10,
  -4.137_283_4e32,
  3.4028234663852886e38,
  1.17549435e-38,
  8_589_973_504,
  0,
].map(Math.fround);

describe('MySQL without a server', () => {
  const options: MysqlOptions = { host: '127.0.0.1', database: 'd', user: 'u', password: { env: 'HOME' } };

  it('refuses to connect to another machine without TLS', () => {
    expect(() => openMysql({ ...options, host: 'db.example.com', tls: 'off' })).toThrow(InvalidInput);
  });

  it('fails as unreachable, retryable, where nobody listens', async () => {
    const failure = csvOf(openMysql({ ...options, port: await freePort() }), 'select 1');
    await expect(failure).rejects.toMatchObject({ code: 'source/unreachable', retryable: true });
  });
});

describeWith(mariadb, 'MariaDB', () => {
  let server: MariadbServer;
  const run = async (sql: string): Promise<void> => {
    const owner = await server.connect();
    try {
      for (const statement of sql.split(/;\s*\n\s*(?=create|insert|grant|set)/i))
        await owner.query(statement);
    } finally {
      await owner.end();
    }
  };
  beforeAll(async () => {
    server = await startMariadb();
  });
  afterAll(() => server?.stop());
  const open = (changed: Partial<MysqlOptions> = {}) => openMysql({ ...server.reader, ...changed });

  sourceDatabaseContract(
    'MariaDB',
    async () => ({ source: open(), run, close: () => open().close() }),
    MARIADB,
  );

  it('connects encrypted, and checks the certificate and the host in it', async () => {
    const sql =
      "select variable_value <> '' as tls from information_schema.session_status where variable_name = 'Ssl_cipher'";
    expect(await csvOf(open(), sql)).toBe('tls\n1\n');
    for (const changed of [
      { tls: 'verify' as const },
      { host: 'localhost.', tls: { ca: { file: server.certificateFile } } },
    ])
      await expect(csvOf(open(changed), 'select 1')).rejects.toMatchObject({
        code: expect.stringMatching(/source\/(tls|unreachable)/),
      });
    await expect(csvOf(open({ tls: 'verify' }), 'select 1')).rejects.toMatchObject({
      code: 'source/tls',
      retryable: false,
    });
  });

  it('fails as authentication on a wrong password, without TLS, and on a table without a grant', async () => {
    for (const changed of [{ password: { env: 'HOME' } }, { tls: 'off' as const }])
      await expect(csvOf(open(changed), 'select 1')).rejects.toMatchObject({ code: 'source/authentication' });
    await expect(csvOf(open(), 'select * from mysql.user')).rejects.toMatchObject({ code: 'source/query' });
  });

  it('runs steps that build on one another', async () => {
    const sql =
      '-- two steps\nwith "first" as (\nselect 1 as a union all select 2\n)\nselect * from (\nselect a + 1 as b from "first"\n) as "last"';
    expect((await csvOf(open(), sql)).split('\n').sort()).toEqual(['', '2', '3', 'b']);
  });

  it('reads one snapshot of the database, whatever is written meanwhile', async () => {
    await run('create table moment (id int) engine=InnoDB;\ninsert into moment values (1)');
    const counts = await open().snapshot(async (snapshot) => {
      const count = async () => {
        let text = '';
        for await (const chunk of snapshot.stream(query('select count(*) as n from moment')))
          text += Buffer.from(chunk);
        return text;
      };
      const before = await count();
      await run('insert into moment values (2)');
      return [before, await count()];
    });
    expect(counts).toEqual(['n\n1\n', 'n\n1\n']);
  });

  it.each(['order by', 'Order\n By'])('keeps the order of a query with %j', async (words) => {
    const sql = `select seq from seq_1_to_2000 ${words} seq * 7919 % 2003 desc`;
    const asked = Array.from({ length: 2_000 }, (_, i) => i + 1).sort(
      (a, b) => ((b * 7_919) % 2_003) - ((a * 7_919) % 2_003),
    );
    expect(await csvOf(open(), sql)).toBe(`seq\n${asked.join('\n')}\n`);
  });

  it('keeps a NUL, which PostgreSQL cannot store, and writes the negative zero that the server has lost as 0', async () => {
    await run(
      "create table odd (body text, ratio double);\ninsert into odd values (concat('a', char(0), 'b'), -0e0)",
    );
    expect(await csvOf(open(), 'select * from odd')).toBe('body,ratio\n"a\0b",0\n');
  });

  it('fails loudly on a row that the server cannot send whole', async () => {
    await run(
      "create table wide (body longtext);\ninsert into wide values (repeat('x', 9000000)), (repeat('y', 10))",
    );
    const failure = csvOf(open(), 'select body as a, body as b from wide');
    await expect(failure).rejects.toMatchObject({
      code: 'source/query',
      message: expect.stringContaining('max_allowed_packet'),
    });
  });

  it('streams far more than it may hold', async () => {
    let bytes = 0;
    let most = 0;
    await open().snapshot(async (snapshot) => {
      for await (const chunk of snapshot.stream(query("select seq, repeat('z', 200) from seq_1_to_300000"))) {
        bytes += chunk.byteLength;
        most = Math.max(most, chunk.byteLength);
      }
    });
    expect(bytes).toBeGreaterThan(60_000_000);
    expect(most).toBeLessThan(4_000_000);
  });

  describeWith(postgres, 'MariaDB beside PostgreSQL', () => {
    let other: PostgresServer;
    beforeAll(async () => {
      other = await startPostgres();
    });
    afterAll(() => other?.stop());

    it('reads the same value for every type that both have, and for hostile text', async () => {
      const texts = [
        'plain',
        '',
        '"',
        '""',
        ',',
        '\n',
        '\r\n',
        '\\',
        '\\.',
        '\\N',
        "'",
        "''; drop table t; --",
        '=1+1',
        '+1',
        '-1',
        '@x',
        'null',
        'NULL',
        'größe',
        '😀',
        '\u202e',
        '\u00a0 ',
        ' leading',
        'trailing ',
        '\t',
        '\u0001',
        'x'.repeat(60_000),
        '%s',
        '\ufeffbom',
        '`',
        '$1',
        '{"a":1}',
      ]; // prettier keeps lists like this on few lines
      const rows = [...texts, null].map((text, i) => ({
        id: i,
        small: i % 2 === 0 ? -32_768 : 32_767,
        whole: i % 3 === 0 ? null : i % 2 === 0 ? -2_147_483_648 : 2_147_483_647,
        big: ['-9223372036854775808', '9223372036854775807', '0', '9007199254740993'][i % 4],
        price: ['-99999999999999999999.123456789', '0.000000001', '0', '12345678901234567890.5'][i % 4],
        real: FLOATS[i % FLOATS.length],
        ratio: [0.1, 1e300, -5e-324, 123_456_789.123_456_79, 0][i % 5],
        ok: [true, false, null][i % 3],
        day: ['2026-01-31', '1000-01-01', '9999-12-31', null][i % 4],
        clock: ['00:00:00', '23:59:59.999999', '12:30:00.5', null][i % 4],
        at: ['2026-01-31 12:00:00.123456', '1970-01-01 00:00:01', '2037-12-31 23:59:59.9', null][i % 4],
        local: ['2026-01-31 12:00:00.123456', '1000-01-01 00:00:00', '9999-12-31 23:59:59.999999', null][
          i % 4
        ],
        note: text,
        word: text === null ? null : text.slice(0, 200),
        raw: ['', '00', 'ff00', 'deadbeef', null][i % 5],
        doc: JSON.stringify({ i, text: text?.slice(0, 50) ?? null, list: [1, 2.5, null] }),
        flags: ['101', '000', '111'][i % 3],
      }));
      const pg = await other.connect();
      await pg.query(`create table every (id int, small smallint, whole int, big bigint, price numeric(30, 9), "real" real,
        ratio float8, ok boolean, day date, clock time(6), at timestamptz(6), local timestamp(6), note text, word varchar(200),
        raw bytea, doc json, flags bit(3))`);
      const names = Object.keys(rows[0] ?? {});
      const places = names.map((name, i) =>
        name === 'raw'
          ? `decode($${i + 1}, 'hex')`
          : name === 'at'
            ? `($${i + 1}::text || 'Z')::timestamptz`
            : `$${i + 1}`,
      );
      for (const row of rows)
        await pg.query(`insert into every values (${places.join(', ')})`, Object.values(row));
      await pg.end();

      const my = await server.connect();
      await my.query("set time_zone = '+00:00'");
      await my.query(`create table every (id int, small smallint, whole int, big bigint, price decimal(30, 9), \`real\` float,
        ratio double, ok boolean, day date, clock time(6), at timestamp(6) null, local datetime(6), note text, word varchar(200),
        raw blob, doc json, flags bit(3)) character set utf8mb4`);
      const slots = names.map((name) =>
        name === 'raw' ? 'unhex(?)' : name === 'flags' ? 'cast(conv(?, 2, 10) as unsigned)' : '?',
      );
      for (const row of rows)
        await my.query(`insert into every values (${slots.join(', ')})`, Object.values(row));
      await my.end();

      const [theirs, ours] = [
        await csvOf(openPostgres(other.reader), 'select * from every order by id'),
        await csvOf(open(), 'select * from every order by id'),
      ].map((csv) => cellsOf(csv, names));
      let compared = 0;
      for (const name of names)
        for (let row = 0; row < rows.length; row += 1) {
          const [expected, got] = [theirs?.[name]?.[row], ours?.[name]?.[row]];
          expect(value(name, got), `${name} of row ${row}`).toBe(value(name, expected));
          compared += 1;
        }
      expect(compared).toBe(names.length * rows.length);
    });
  });
});

/** Cells of a CSV by column, read by the reader that `prepare` uses; undefined is missing. */
function cellsOf(csv: string, names: readonly string[]): Record<string, (string | undefined)[]> {
  const parser = createCsvParser({
    columns: names.map((name) => ({ name, type: 'category' as const })),
    limits: { maxCellBytes: 200_000 },
  });
  parser.push(Buffer.from(csv));
  parser.end();
  expect(parser.badRows).toBe(0);
  const table = parser.take();
  return Object.fromEntries(
    names.map((name) => {
      const text = textsOf(table, name);
      return [name, Array.from({ length: table.rows }, (_, row) => text(row))];
    }),
  );
}

/** All is compared as it is written, but for the spelling of a floating number: 1e300, 1e+300. */
function value(name: string, cell: string | undefined): string | number | undefined {
  return cell !== undefined && (name === 'ratio' || name === 'real') ? Number(cell) : cell;
}
