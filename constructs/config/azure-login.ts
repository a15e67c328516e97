/** Login of the export at a database of Azure: the one of its app's own identity. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import { AZURE_NAMES } from './limits/azure-names.ts';
import { partName } from './short-name.ts';

/** Parts of the name of an identity. */
export interface IdentityOf {
  readonly model: string;
  readonly environment: string;
}

/** Characters of a user of MySQL (dev.mysql.com/doc/refman/8.4/en/user-names.html). */
const MOST_MYSQL = 32;

/** Returns the name of the user-assigned identity of an app. */
export const azureIdentityName = ({ model, environment }: IdentityOf, app: string): string =>
  partName(model, environment, app, AZURE_NAMES.identity.most);

/**
 * Returns the login of an app at the database: on PostgreSQL the name of its identity, on MySQL an alias of at most 32
 * characters (learn.microsoft.com/azure/postgresql/security/security-manage-entra-users,
 * learn.microsoft.com/azure/mysql/flexible-server/how-to-azure-ad).
 *
 * @param app - App that exports. @default 'pipeline'
 */
export const azureDatabaseLogin = (
  engine: ModelConfig['source']['engine'],
  { model, environment }: IdentityOf,
  app = 'pipeline',
): string =>
  engine === 'postgres'
    ? azureIdentityName({ model, environment }, app)
    : partName(model, environment, app, MOST_MYSQL);

/** Returns the SQL that makes the login, for an Entra administrator of the server. */
export const azureLoginSql = (engine: ModelConfig['source']['engine'], login: string): string =>
  engine === 'postgres'
    ? `select * from pgaadauth_create_principal('${login}', false, false)`
    : `create aaduser '${login}' identified by '<client id of the identity>'`;
