/** The source database of an environment on Google Cloud: Cloud SQL, over its public address, with IAM. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { databaseLogin } from '../gcp-login.ts';
import { type Environment, environmentId } from '../schema.ts';
import { problem } from './problem.ts';

/** Connection name: a project of a domain has a colon inside (cloud.google.com/sql/docs/postgres/instance-info). */
const INSTANCE = /^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]:[a-z]+-[a-z]+\d+:[a-z][a-z0-9-]{0,97}$/;
/** Characters of a role of PostgreSQL; a longer one is cut, and IAM then finds no such role. */
const MOST_POSTGRES = 63;

/** Everything that is wrong with the database. */
export function databaseProblems({ name, source }: Blueprint, environment: Environment): Problem[] {
  const { cloud, database } = environment;
  if (cloud.provider !== 'gcp' || database === undefined) return [];
  const problems: Problem[] = [];
  if (database.auth !== 'iam')
    problems.push(
      problem('gcp/database-secret', 'database.auth', 'must be iam on Google Cloud', {
        got: 'a secret',
        fix: 'switch on cloudsql.iam_authentication, and make a login for the service account of the export',
      }),
    );
  if (database.instance === undefined)
    problems.push(
      problem('gcp/no-instance', 'database.instance', 'is needed to connect to Cloud SQL', {
        fix: "give the connection name ('gcloud sql instances describe NAME --format=value(connectionName)')",
      }),
    );
  else if (!INSTANCE.test(database.instance))
    problems.push(
      problem('gcp/instance', 'database.instance', 'must be a connection name of Cloud SQL', {
        got: `'${database.instance}'`,
        allowed: 'project:region:instance',
      }),
    );
  const login = databaseLogin(source.engine, cloud.project, {
    model: name,
    environment: environmentId(environment),
  });
  const create = `gcloud sql users create ${source.engine === 'postgres' ? login : `${login}@${cloud.project}.iam.gserviceaccount.com`} --instance=… --type=cloud_iam_service_account`;
  if (database.user !== '' && database.user !== login)
    problems.push(
      problem('gcp/database-user', 'database.user', "is not the login of the export's own service account", {
        got: `'${database.user}'`,
        allowed: `'${login}'`,
        fix: `remove it, and create the login: ${create}`,
      }),
    );
  if (source.engine === 'postgres' && login.length > MOST_POSTGRES)
    problems.push(
      problem(
        'gcp/login-too-long',
        'cloud.project',
        'makes the login of the export too long for PostgreSQL',
        {
          got: `'${login}', ${login.length} characters`,
          allowed: `at most ${MOST_POSTGRES}`,
          fix: 'use a project with a shorter id, or a shorter name of the blueprint or environment',
        },
      ),
    );
  return problems;
}
