import { writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPglite } from '../../../lambdas/adapters/local/pglite.ts';
import type { DatabaseOptions } from '../../../lambdas/adapters/shared/database-options.ts';
import { openPostgres } from '../../../lambdas/adapters/shared/postgres.ts';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import type { SourceDatabase } from '../../../lambdas/ports/source-database.ts';
import { csvOf, query, sourceDatabaseContract } from '../../contracts/source-database.ts';
import { freePort, type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { describeWith, postgres } from '../../support/tools.ts';

const PASSWORD = 'S3cret-of-the-reader';

describe('PostgreSQL without a server', () => {
  const options: DatabaseOptions = { host: '127.0.0.1', database: 'd', user: 'u', password: { env: 'HOME' } };
  const failureOf = (changed: Partial<DatabaseOptions>) =>
    csvOf(openPostgres({ ...options, ...changed }), 'select 1').catch((error: unknown) => error);

  it.each(['db.example.com', '10.0.0.1', '128.0.0.1', 'localhost.example.com'])(
    'refuses to connect to %s without TLS',
    (host) => {
      expect(() => openPostgres({ ...options, host, tls: 'off' })).toThrow(InvalidInput);
      expect(() => openPostgres({ ...options, host, tls: 'off' })).toThrow(/tls: must not be off/);
    },
  );

  it.each(['localhost', '127.0.0.1', '::1', '/var/run/postgresql'])(
    'may connect to %s without TLS',
    (host) => {
      expect(() => openPostgres({ ...options, host, tls: 'off' })).not.toThrow();
    },
  );

  it('fails as unreachable, retryable, where nobody listens', async () => {
    expect(await failureOf({ port: await freePort() })).toMatchObject({
      code: 'source/unreachable',
      retryable: true,
    });
  });

  it('fails as unreachable when the server does not answer in time', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const failure = await failureOf({ port, connectTimeoutSec: 0.2 });
    for (const socket of sockets) socket.destroy();
    silent.close();
    expect(failure).toMatchObject({ code: 'source/unreachable', retryable: true });
  });

  it('fails as TLS at a server without TLS', async () => {
    const plain = createServer((socket) => socket.once('data', () => socket.end('N'))).listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.once('listening', resolve));
    const failure = await failureOf({ port: (plain.address() as AddressInfo).port });
    plain.close();
    expect(failure).toMatchObject({ code: 'source/tls', retryable: false });
  });

  it('fails with the place of a secret that is missing', async () => {
    expect(await failureOf({ password: { env: 'MLOPS_NO_SUCH_VARIABLE' } })).toMatchObject({
      code: 'source/authentication',
      message: 'environment variable MLOPS_NO_SUCH_VARIABLE is not set',
    });
    expect(await failureOf({ password: { file: '/no/such/file' } })).toMatchObject({
      code: 'source/authentication',
      message: 'secret file /no/such/file cannot be read',
    });
  });
});

describeWith(postgres, 'PostgreSQL', () => {
  let server: PostgresServer;
  const run = async (sql: string): Promise<void> => {
    const owner = await server.connect();
    try {
      await owner.query(sql);
    } finally {
      await owner.end();
    }
  };
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  const open = (changed: Partial<DatabaseOptions> = {}) => openPostgres({ ...server.reader, ...changed });

  sourceDatabaseContract('PostgreSQL', async () => ({
    source: open(),
    run,
    close: () => open().close(),
  }));

  it('exports the same bytes as PGlite for values of all kinds', async () => {
    const table = `create table mixed as select g as id, (g * 7919 % 1000003)::bigint * 4000000007 as big,
      (g * 31 % 977)::numeric / 7 as price, sqrt(g) * (case g % 3 when 0 then 1e-7 when 1 then 1e20 else 1 end) as ratio,
      case g % 7 when 0 then null when 1 then '' when 2 then 'a,"b' || g when 3 then E'x\\r\\ny' else chr(200 + g) end as note,
      g % 2 = 0 as ok, date '2026-01-01' + g as day,
      timestamptz '2026-01-01 00:00:00.000001Z' + g * interval '1 hour 1 microsecond' as at,
      array[g, null] as list, jsonb_build_object('g', g, 'q', '"') as doc, decode(lpad(to_hex(g), 4, '0'), 'hex') as raw,
      repeat('c', g % 4)::char(5) as padded, g * interval '1 minute' as span
      from generate_series(1, 5000) g`;
    const database = await PGlite.create();
    await database.exec(table);
    await run(`set time zone 'Asia/Kolkata'; ${table}; alter role reader set time zone 'Asia/Kolkata';
      alter role reader set datestyle to 'German'; alter role reader set extra_float_digits to -10;
      alter role reader set intervalstyle to 'iso_8601'; alter role reader set bytea_output to 'escape'`);
    const sql = 'select * from mixed order by id';
    const pglite = openPglite({ database });
    const expected = await csvOf(pglite, sql);
    await database.close();
    expect((await csvOf(open(), sql)) === expected).toBe(true);
    expect(expected.split('\n').length).toBeGreaterThan(5000);
  });

  it('connects encrypted, and checks the certificate', async () => {
    expect(await csvOf(open(), 'select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toBe('ssl\nt\n');
    expect(await csvOf(open({ tls: 'off' }), 'select 1 as a')).toBe('a\n1\n');
    await expect(csvOf(open({ tls: 'verify' }), 'select 1')).rejects.toMatchObject({ code: 'source/tls' });
    const name = { host: '127.0.0.2' };
    await expect(csvOf(open(name), 'select 1')).rejects.toMatchObject({ code: 'source/unreachable' });
  });

  it('fails as authentication with a wrong password, and prints it in no message', async () => {
    const file = join(tempDir(), 'password');
    writeFileSync(file, 'Wr0ng-one\n');
    const failure = await csvOf(open({ password: { file } }), 'select 1').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'source/authentication', retryable: false });
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/Wr0ng/);
    writeFileSync(file, `${PASSWORD}\r\n`);
    expect(await csvOf(open({ password: { file } }), 'select 1 as a')).toBe('a\n1\n');
    expect(await csvOf(open({ password: async () => PASSWORD }), 'select 1 as a')).toBe('a\n1\n');
  });

  it('fails as unreachable, not retryable, for a database that does not exist', async () => {
    await expect(csvOf(open({ database: 'nowhere' }), 'select 1')).rejects.toMatchObject({
      code: 'source/unreachable',
      retryable: false,
    });
  });

  it('fails as a bad query on a table that the role may not read', async () => {
    await expect(csvOf(open(), 'select * from pg_authid')).rejects.toMatchObject({
      code: 'source/query',
      message: 'permission denied for table pg_authid (SQLSTATE 42501)',
    });
  });

  it('hides the message that a function raises', async () => {
    await run(`create function raises() returns int language plpgsql as
      $$ begin raise exception 'the customer is %', 'Ada'; end $$`);
    await expect(csvOf(open(), 'select raises()')).rejects.toThrow(
      'an exception that a function raised (SQLSTATE P0001)',
    );
  });

  const ENDLESS = `with recursive n as (select 1 as i union all select i + 1 from n)
    select i, repeat('x', 99) from n`;
  /** Streams without end; `cut` is called in the middle with the id of the server's process. */
  const cutInTheMiddle = (source: SourceDatabase, cut: (pid: string) => Promise<void>) =>
    source.snapshot(async (snapshot) => {
      let pid = '';
      for await (const chunk of snapshot.stream(query('select pg_backend_pid() as pid')))
        pid += Buffer.from(chunk);
      let chunks = 0;
      for await (const chunk of snapshot.stream(query(ENDLESS))) {
        chunks += chunk.byteLength > 0 ? 1 : 0;
        if (chunks === 3) await cut(pid.replace(/\D/g, ''));
      }
    });
  const DISCONNECTED = { code: 'source/disconnected', retryable: true };

  it('fails as disconnected, retryable, when an administrator ends the connection', async () => {
    const work = cutInTheMiddle(open(), (pid) => run(`select pg_terminate_backend(${pid})`));
    await expect(work).rejects.toMatchObject(DISCONNECTED);
  });

  it.each(['destroy', 'end', 'resetAndDestroy'] as const)(
    'fails as disconnected, retryable, when the network cuts the connection (%s)',
    async (how) => {
      const sockets: Socket[] = [];
      const proxy = createServer((near) => {
        const far = createConnection(server.port, '127.0.0.1');
        sockets.push(near, far);
        for (const socket of [near, far]) socket.on('error', () => {});
        near.pipe(far);
        far.pipe(near);
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => proxy.once('listening', resolve));
      const work = cutInTheMiddle(open({ port: (proxy.address() as AddressInfo).port }), async () => {
        for (const socket of sockets) {
          socket.unpipe();
          socket[how]();
        }
      });
      await expect(work).rejects.toMatchObject(DISCONNECTED);
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  );

  it('reads one snapshot, whatever is written meanwhile', async () => {
    await run('create table moving as select 1 as n');
    const counts = await open().snapshot(async (snapshot) => {
      const seen: string[] = [];
      for (let round = 0; round < 2; round++) {
        for await (const chunk of snapshot.stream(query('select count(*) as n from moving'))) {
          seen.push(Buffer.from(chunk).toString());
        }
        await run('insert into moving values (2)');
      }
      return seen.join('');
    });
    expect(counts).toBe('n\n1\nn\n1\n');
  });

  it('waits for a slow reader instead of filling memory', async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    await open().snapshot(async (snapshot) => {
      let chunks = 0;
      const wide = 'select repeat(md5(g::text), 30) from generate_series(1, 400000) g';
      for await (const chunk of snapshot.stream(query(wide))) {
        expect(chunk.byteLength).toBeLessThan(1024 * 1024);
        chunks += 1;
        if (chunks % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        most = Math.max(most, process.memoryUsage().rss - before);
        if (chunks === 600) break;
      }
    });
    // 600 chunks are 150 MB.
    expect(most).toBeLessThan(100e6);
  });
});
