/** Requirements of every cloud on an environment. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';

/** Port of an environment's database that sets none. */
const POSTGRES_PORT = 5432;

/** Everything that is missing or contradicts itself on any cloud. */
export function cloudProblems(
  { serving, environments, source }: Blueprint,
  environment: Environment,
): Problem[] {
  const { cloud, encryption, database, scoringImage } = environment;
  const problems: Problem[] = [];
  if (database === undefined)
    problems.push({
      code: 'environment/no-database',
      path: 'database',
      message: `source.engine ${source.engine} needs a database to read from`,
      fix: 'give host, name, user and auth',
    });
  if (database?.user === '' && cloud.provider === 'aws')
    problems.push({
      code: 'environment/no-user',
      path: 'database.user',
      message: 'is required: this cloud signs in as a user of the database',
      fix: 'give the user that may read the tables',
    });
  if (source.engine === 'mysql' && database?.port === POSTGRES_PORT)
    problems.push({
      code: 'environment/port',
      path: 'database.port',
      message: `${POSTGRES_PORT} is where PostgreSQL listens, and source.engine is mysql`,
      fix: 'set it to 3306, or to where the server listens',
    });
  if (encryption === 'customer' && cloud.provider !== 'aws' && keyOf(cloud) === undefined)
    problems.push({
      code: 'environment/no-key',
      path: 'cloud',
      message: 'encryption customer needs the key that it uses',
      fix: "give the cloud block its key, or use encryption 'provider'",
    });
  if (
    environments.tier === 'large' &&
    serving.online !== undefined &&
    cloud.provider !== 'aws' &&
    !scoringImage
  )
    problems.push({
      code: 'environment/no-image',
      path: 'scoringImage',
      message: 'tier large with an online API needs the image of the scoring service',
      fix: 'build and push it in CI, and give its digest',
    });
  return problems;
}

function keyOf(cloud: Environment['cloud']): string | undefined {
  switch (cloud.provider) {
    case 'gcp':
      return cloud.key;
    case 'azure':
      return cloud.keyId;
    case 'aws':
    case 'local':
      return undefined;
  }
}
