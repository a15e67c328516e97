import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { openSource } from '../../../lambdas/adapters/azure/source.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { cachedToken, type TokenSource } from '../../../lambdas/adapters/shared/token-source.ts';
import type { DatabaseConfig } from '../../../lambdas/core/function-config.ts';
import type { SourceDatabase } from '../../../lambdas/ports/source-database.ts';
import { MARIADB } from '../../contracts/mariadb-dialect.ts';
import { csvOf, query, sourceDatabaseContract } from '../../contracts/source-database.ts';
import { startClearPasswordServer } from '../../support/clear-password-server.ts';
import { READER_PASSWORD, startMariadb } from '../../support/mariadb-server.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { describeWith, mariadb, openssl, postgres } from '../../support/tools.ts';

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A flexible server, as an environment names it. */
const databaseOf = (
  engine: DatabaseConfig['engine'],
  { port, certificateFile }: { readonly port: number; readonly certificateFile: string },
  name: string,
  ca = readFileSync(certificateFile, 'utf8'),
): DatabaseConfig => ({ engine, host: '127.0.0.1', port, name, user: 'reader', ca });

/** A token is the reader's password, as a flexible server takes a token for one. */
const constant = (value: string): TokenSource => ({ get: async () => value, renew: async () => value });

describe('the authority of a flexible server', () => {
  // learn.microsoft.com/azure/postgresql/security/security-tls
  it.each(['DigiCert Global Root G2', 'Microsoft RSA Root Certificate Authority 2017'])(
    'is one that Node knows: %s',
    (name) => {
      const known = rootCertificates.map((text) => new X509Certificate(text).subject);
      expect(known.filter((subject) => subject.includes(`CN=${name}`))).toHaveLength(1);
    },
  );
});

describeWith([postgres, openssl], 'a flexible server of PostgreSQL', () => {
  sourceDatabaseContract('PostgreSQL with a token', async () => {
    const server = await startPostgres();
    const owner = await server.connect();
    closing.push(() => owner.end().then(() => server.stop()));
    return {
      source: openSource(databaseOf('postgres', server, 'postgres'), constant(READER_PASSWORD)),
      run: async (text) => void (await owner.query(text)),
      close: async () => {},
    };
  });

  it('goes on with an export whose token ends, and signs in with a new one next time', async () => {
    const server = await startPostgres();
    const owner = await server.connect();
    closing.push(() => owner.end().then(() => server.stop()));
    const database = databaseOf('postgres', server, 'postgres');
    const valid = new Date(Date.now() + 3_000);
    await owner.query(`alter role reader password 'token-1' valid until '${valid.toISOString()}'`);
    const source = openSource(database, constant('token-1'));
    const rows = await outlived(source, valid, 'select g from generate_series(1, 200000) as t(g)');
    expect(rows).toBe(200_000);
    await expect(csvOf(source, 'select 1 as a')).rejects.toMatchObject({ code: 'source/authentication' });

    await owner.query("alter role reader password 'token-2' valid until 'infinity'");
    expect(await csvOf(openSource(database, constant('token-2')), 'select 1 as a')).toBe('a\n1\n');
  });

  it('signs in with a token that has five minutes left, whatever it signed in with before', async () => {
    const server = await startPostgres();
    const owner = await server.connect();
    closing.push(() => owner.end().then(() => server.stop()));
    const clock = createVirtualClock(0);
    let issued = 0;
    const token = cachedToken(clock, async () => ({
      value: `token-${++issued}`,
      expiresAt: clock.now() + 3_600_000,
    }));
    const source = openSource(databaseOf('postgres', server, 'postgres'), token);
    for (const [at, expected] of [
      [0, 'token-1'],
      [3_299_999, 'token-1'],
      [3_300_000, 'token-2'],
    ] as const) {
      clock.advanceTo(at);
      await owner.query(`alter role reader password '${expected}'`);
      expect(await csvOf(source, 'select 1 as a')).toBe('a\n1\n');
    }
  });

  it('is refused by the certificate of another authority, also without one of the environment', async () => {
    const server = await startPostgres();
    closing.push(() => server.stop());
    const { ca: _, ...known } = databaseOf('postgres', server, 'postgres');
    const source = openSource(known, constant(READER_PASSWORD));
    await expect(csvOf(source, 'select 1 as a')).rejects.toMatchObject({ code: 'source/tls' });
  });
});

describeWith([mariadb, openssl], 'a flexible server of MySQL', () => {
  sourceDatabaseContract(
    'MariaDB with a token',
    async () => {
      const server = await startMariadb();
      const owner = await server.connect();
      closing.push(() => owner.end().then(() => server.stop()));
      return {
        source: openSource(databaseOf('mysql', server, 'test'), constant(READER_PASSWORD)),
        run: async (text) => void (await owner.query(text)),
        close: async () => {},
      };
    },
    MARIADB,
  );

  it('goes on with an export whose token ends', async () => {
    const server = await startMariadb();
    const owner = await server.connect();
    closing.push(() => owner.end().then(() => server.stop()));
    const source = openSource(databaseOf('mysql', server, 'test'), constant(READER_PASSWORD));
    const rows = await outlived(source, new Date(), 'select seq as g from seq_1_to_200000', () =>
      owner.query("alter user reader@'%' identified by 'token-2'"),
    );
    expect(rows).toBe(200_000);
    await expect(csvOf(source, 'select 1 as a')).rejects.toMatchObject({ code: 'source/authentication' });
  });
});

describeWith(openssl, 'a token for MySQL', () => {
  const token = `${'e'.repeat(2_000)}.signature`;

  it('is given as it is to a server that asks for it by mysql_clear_password, inside TLS', async () => {
    const server = await startClearPasswordServer();
    closing.push(() => server.close());
    const source = openSource(databaseOf('mysql', server, 'test'), constant(token));
    await expect(csvOf(source, 'select 1 as a')).rejects.toMatchObject({ code: 'source/authentication' });
    expect(server.got).toEqual([{ password: token, secured: true }]);
  });

  it('is given to no server without TLS, or with the certificate of another authority', async () => {
    const plain = await startClearPasswordServer({ tls: false });
    const other = await startClearPasswordServer();
    closing.push(
      () => plain.close(),
      () => other.close(),
    );
    const ca = readFileSync(plain.certificateFile, 'utf8');
    for (const server of [plain, other]) {
      const source = openSource(databaseOf('mysql', server, 'test', ca), constant(token));
      await expect(csvOf(source, 'select 1 as a')).rejects.toMatchObject({ code: 'source/tls' });
      expect(server.got).toEqual([]);
    }
  });
});

/** Rows of an export that begins before this time, and reads a second query after it in the same snapshot. */
async function outlived(
  source: SourceDatabase,
  end: Date,
  sql: string,
  atEnd: () => Promise<unknown> = async () => {},
): Promise<number> {
  return source.snapshot(async (snapshot) => {
    let rows = -1; // the header
    let waited = false;
    for await (const chunk of snapshot.stream(query(sql))) {
      rows += Buffer.from(chunk).toString().split('\n').length - 1;
      if (waited) continue;
      waited = true;
      await wait(Math.max(0, end.getTime() - Date.now()) + 500);
      await atEnd();
    }
    expect(await snapshot.describe(query('select 1 as a'))).toMatchObject([{ name: 'a' }]);
    return rows;
  });
}
