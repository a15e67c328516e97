import type { DatabaseConfig } from '../../core/function-config.ts';
import type { SourceDatabase } from '../../ports/source-database.ts';
import type { DatabaseOptions } from './database-options.ts';
import { openMysql } from './mysql.ts';
import { openPostgres } from './postgres.ts';

/**
 * A cloud's PostgreSQL or MySQL, signed in to with a token of the function's own identity. The server checks
 * the token when a connection begins, so a token that ends later ends no connection.
 *
 * @param connection - Its password gives the token.
 */
export function openWithToken(
  { engine, host, port, name, user }: DatabaseConfig,
  connection: Pick<DatabaseOptions, 'password' | 'tls' | 'tunnel'>,
): SourceDatabase {
  const options = { host, port, database: name, user, ...connection };
  // MySQL's server asks for the token as it is, inside TLS.
  return engine === 'postgres' ? openPostgres(options) : openMysql({ ...options, token: true });
}
