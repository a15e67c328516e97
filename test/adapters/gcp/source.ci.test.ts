import { afterAll } from 'vitest';
import { openSource } from '../../../lambdas/adapters/gcp/source.ts';
import type { DatabaseConfig } from '../../../lambdas/core/function-config.ts';
import { MARIADB } from '../../contracts/mariadb-dialect.ts';
import { sourceDatabaseContract } from '../../contracts/source-database.ts';
import { type CloudSql, startCloudSql } from '../../support/cloud-sql.ts';
import { READER_PASSWORD, startMariadb } from '../../support/mariadb-server.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { describeWith, mariadb, openssl, postgres } from '../../support/tools.ts';

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A source whose access token is the reader's password, as Cloud SQL takes a token for one. */
function sourceOf({ google, port, instance }: CloudSql, engine: DatabaseConfig['engine'], name: string) {
  const token = { get: async () => READER_PASSWORD, renew: async () => READER_PASSWORD };
  const database = { engine, host: 'unused.example.com', port: 1, name, user: 'reader', instance };
  return openSource(database, { ...google.service, token, port });
}

describeWith([postgres, openssl], 'Cloud SQL for PostgreSQL', () => {
  sourceDatabaseContract('PostgreSQL behind mutual TLS', async () => {
    const server = await startPostgres();
    const sql = await startCloudSql({}, server.port);
    const owner = await server.connect();
    closing.push(
      () => owner.end().then(() => server.stop()),
      () => sql.close(),
    );
    return {
      source: sourceOf(sql, 'postgres', 'postgres'),
      run: async (text) => void (await owner.query(text)),
      close: async () => {},
    };
  });
});

describeWith([mariadb, openssl], 'Cloud SQL for MySQL', () => {
  sourceDatabaseContract(
    'MariaDB behind mutual TLS',
    async () => {
      const server = await startMariadb();
      const sql = await startCloudSql({}, server.port);
      const owner = await server.connect();
      await owner.query("alter user reader@'%' require none"); // the proxy has ended the TLS
      closing.push(
        () => owner.end().then(() => server.stop()),
        () => sql.close(),
      );
      return {
        source: sourceOf(sql, 'mysql', 'test'),
        run: async (text) => void (await owner.query(text)),
        close: async () => {},
      };
    },
    MARIADB,
  );
});
