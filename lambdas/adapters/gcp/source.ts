import { RuntimeFailure } from '../../core/errors.ts';
import type { DatabaseConfig } from '../../core/function-config.ts';
import type { SourceDatabase } from '../../ports/source-database.ts';
import { openWithToken } from '../shared/token-database.ts';
import { type CloudSqlOptions, connectCloudSql } from './cloud-sql.ts';

/**
 * Cloud SQL for PostgreSQL or MySQL, signed in with an access token of the function's own identity as the password
 * (cloud.google.com/sql/docs/postgres/iam-authentication). Each connection has certificates and a token of its own.
 *
 * @throws RuntimeFailure `config/missing` without the id of the instance
 */
export function openSource(
  database: DatabaseConfig,
  options: Omit<CloudSqlOptions, 'instance'>,
): SourceDatabase {
  const { instance } = database;
  if (instance === undefined)
    throw new RuntimeFailure('config/missing', 'config.json names no instance of the database', {
      fix: 'give environment.database.instance: project:region:instance',
    });
  return openWithToken(database, {
    password: () => options.token.get(),
    tunnel: () => connectCloudSql({ ...options, instance }),
  });
}
