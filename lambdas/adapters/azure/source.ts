import type { DatabaseConfig } from '../../core/function-config.ts';
import type { SourceDatabase } from '../../ports/source-database.ts';
import { openWithToken } from '../shared/token-database.ts';
import type { TokenSource } from '../shared/token-source.ts';

/**
 * Azure Database for PostgreSQL or MySQL, flexible server. The password is an access token of the function's own identity
 * (learn.microsoft.com/azure/postgresql/security/security-entra-configure,
 * learn.microsoft.com/azure/mysql/flexible-server/how-to-azure-ad). MySQL clients must send it by
 * `mysql_clear_password`, which is done inside TLS only.
 *
 * Certificates of the servers lead to DigiCert Global Root G2 or Microsoft RSA Root Certificate Authority 2017
 * (learn.microsoft.com/azure/postgresql/security/security-tls). Node knows both.
 *
 * @param token - For the resource `https://ossrdbms-aad.database.windows.net`.
 */
export function openSource(database: DatabaseConfig, token: TokenSource): SourceDatabase {
  const { ca } = database;
  return openWithToken(database, {
    password: () => token.get(),
    ...(ca !== undefined && { tls: { ca: async () => ca } }),
  });
}
