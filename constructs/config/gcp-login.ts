/** Login of the export at a database of Cloud SQL: the one of its own service account. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import { GCP_NAMES } from './limits/gcp-names.ts';
import { partName } from './short-name.ts';

/** Parts of the name of a service account. */
export interface AccountOf {
  readonly model: string;
  readonly environment: string;
}

/** Returns the id of the service account of a function, 6 to 30 characters. */
export const serviceAccountId = ({ model, environment }: AccountOf, functionName: string): string =>
  partName(model, environment, functionName, GCP_NAMES.serviceAccount.most);

/**
 * Returns the login of the export: for PostgreSQL the account's e-mail without `.gserviceaccount.com`, for MySQL the part
 * before the @ (cloud.google.com/sql/docs/postgres/iam-logins, cloud.google.com/sql/docs/mysql/iam-logins).
 */
export function databaseLogin(
  engine: ModelConfig['source']['engine'],
  project: string,
  account: AccountOf,
): string {
  const id = serviceAccountId(account, 'export');
  return engine === 'postgres' ? `${id}@${project}.iam` : id;
}
