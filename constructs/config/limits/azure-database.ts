/** The source database of an environment on Azure: a flexible server, with a token of Entra. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { azureDatabaseLogin, azureLoginSql } from '../azure-login.ts';
import { type Environment, environmentId } from '../schema.ts';
import { problem } from './problem.ts';

/** Names of flexible servers by engine (learn.microsoft.com/azure/postgresql/network/concepts-networking-private). */
const SUFFIXES = {
  postgres: '.postgres.database.azure.com',
  mysql: '.mysql.database.azure.com',
} as const satisfies Readonly<Record<Blueprint['source']['engine'], string>>;

/** Everything that is wrong with the database. */
export function azureDatabaseProblems({ name, source }: Blueprint, environment: Environment): Problem[] {
  const { cloud, database } = environment;
  if (cloud.provider !== 'azure' || database === undefined) return [];
  const { engine } = source;
  const login = azureDatabaseLogin(engine, { model: name, environment: environmentId(environment) });
  const problems: Problem[] = [];
  if (database.auth !== 'iam')
    problems.push(
      problem('azure/database-secret', 'database.auth', 'must be iam on Azure', {
        got: 'a secret',
        fix: `switch on Entra authentication of the server, and make the login of the export as its Entra administrator: ${azureLoginSql(engine, login)}`,
      }),
    );
  const suffix = SUFFIXES[engine];
  if (!database.host.endsWith(suffix))
    problems.push(
      problem('azure/database-host', 'database.host', 'is not the name of a flexible server', {
        got: `'${database.host}'`,
        allowed: `<server>${suffix}, also in a network of your own: the certificate has this name, and only Azure may get the token`,
      }),
    );
  const { instance } = database;
  if (instance !== undefined && instance !== database.host && instance !== database.host.split('.')[0])
    problems.push(
      problem('azure/instance', 'database.instance', 'is not the server of database.host', {
        got: `'${instance}'`,
        allowed: `'${database.host.split('.')[0]}'`,
        fix: 'remove it: the host names the server',
      }),
    );
  if (database.user !== '' && database.user !== login)
    problems.push(
      problem('azure/database-user', 'database.user', "is not the login of the export's own identity", {
        got: `'${database.user}'`,
        allowed: `'${login}'`,
        fix: `remove it, and create the login as the server's Entra administrator: ${azureLoginSql(engine, login)}`,
      }),
    );
  return problems;
}
