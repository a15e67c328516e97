/** Project and region of an environment on Google Cloud, its key, its network and its account. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { GCP_MISSING, GCP_REGIONS, REGION_PAGES, REGIONS_OF } from './gcp-regions.ts';
import { problem } from './problem.ts';

/** Everything that is wrong with the place where a model is to run on Google Cloud. */
export function gcpPlaceProblems({ cloud, encryption, budget }: Environment): Problem[] {
  if (cloud.provider !== 'gcp') return [];
  const { region, key, network, billingAccount } = cloud;
  const problems: Problem[] = [];
  if (GCP_REGIONS[region] === undefined)
    problems.push(
      problem(
        'gcp/unknown-region',
        'cloud.region',
        `is not a region of functions of the second generation (cloud.google.com/functions/docs/locations, ${REGIONS_OF})`,
        { got: `'${region}'`, allowed: Object.keys(GCP_REGIONS).join(', ') },
      ),
    );
  const missing = GCP_MISSING[region];
  if (missing !== undefined)
    problems.push(
      problem(
        'gcp/region-lacks',
        'cloud.region',
        `lacks ${missing} (${REGION_PAGES[missing]}, ${REGIONS_OF})`,
        {
          got: `'${region}'`,
          allowed: Object.keys(GCP_REGIONS)
            .filter((other) => GCP_MISSING[other] === undefined)
            .join(', '),
          fix: 'use another region',
        },
      ),
    );
  if (network !== undefined)
    problems.push(
      problem(
        'gcp/network',
        'cloud.network',
        'needs a connector for functions, whose machines cost money every hour; tier small has none',
        {
          fix: 'remove it, and give the database a public address without authorized networks: the export signs in with IAM and a certificate of its own',
        },
      ),
    );
  if (budget !== undefined && billingAccount === undefined)
    problems.push(
      problem('gcp/budget-account', 'cloud.billingAccount', 'is needed for the budget, which belongs to it', {
        fix: "give the account ('gcloud billing accounts list'), or remove the budget",
      }),
    );
  return [...problems, ...keyProblems(key, region, encryption)];
}

/** Returns a warning for each service that no source lists in the region. */
export function gcpPlaceWarnings({ cloud }: Environment): Problem[] {
  if (cloud.provider !== 'gcp') return [];
  return (GCP_REGIONS[cloud.region] ?? []).map((service) =>
    problem('gcp/region-unlisted', 'cloud.region', `is in no list of ${service} of ${REGIONS_OF}`, {
      got: `'${cloud.region}'`,
      fix: `check ${REGION_PAGES[service]} before the first deploy, or use another region`,
    }),
  );
}

function keyProblems(
  key: string | undefined,
  region: string,
  encryption: Environment['encryption'],
): Problem[] {
  if (key === undefined) return [];
  const location = key.split('/')[3];
  return [
    ...(encryption === 'provider'
      ? [
          problem('gcp/unused-key', 'cloud.key', "has no effect with encryption 'provider'", {
            fix: "set encryption: 'customer', or remove key",
          }),
        ]
      : []),
    ...(location === region
      ? []
      : [
          problem(
            'gcp/key-region',
            'cloud.key',
            'lies in another location, and the services here cannot use it',
            {
              got: `'${key}'`,
              allowed: `a key in locations/${region}`,
            },
          ),
        ]),
  ];
}
