/** Location of an environment on Azure, its key, its network and its logs. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { FLEX_REGIONS, FLEX_REGIONS_OF, UNLISTED_REGIONS } from './azure-regions.ts';
import { problem } from './problem.ts';

type AzureBlock = Extract<Environment['cloud'], { provider: 'azure' }>;

/** Days that a workspace keeps logs (learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure). */
const LOG_DAYS = { least: 30, most: 730 } as const;

/** Everything that is wrong with the place where a model is to run on Azure. */
export function azurePlaceProblems({ cloud, encryption, logRetentionDays: days }: Environment): Problem[] {
  if (cloud.provider !== 'azure') return [];
  const problems: Problem[] = [];
  if (!FLEX_REGIONS.includes(cloud.location) && !UNLISTED_REGIONS.includes(cloud.location))
    problems.push(
      problem('azure/unknown-region', 'cloud.location', "is not a location of Azure's public cloud", {
        got: `'${cloud.location}'`,
        allowed: FLEX_REGIONS.join(', '),
      }),
    );
  const { least, most } = LOG_DAYS;
  if (days < least || days > most)
    problems.push(
      problem('azure/log-retention', 'logRetentionDays', 'is not a period that Log Analytics has', {
        got: `${days}`,
        allowed: `${least} to ${most}`,
        fix: `set it to ${days < least ? least : most}, for Azure alone by on.azure.logRetentionDays`,
      }),
    );
  if (cloud.keyId !== undefined && encryption === 'provider')
    problems.push(
      problem('azure/unused-key', 'cloud.keyId', "has no effect with encryption 'provider'", {
        fix: "set encryption: 'customer', or remove keyId",
      }),
    );
  return [...problems, ...subnetProblems(cloud)];
}

/** The plan takes no subnet with an underscore in its name (github.com/MicrosoftDocs/azure-docs/pull/123860). */
function subnetProblems({ vnet }: AzureBlock): Problem[] {
  const id = vnet?.functionsSubnetId;
  if (id === undefined || !id.slice(id.lastIndexOf('/')).includes('_')) return [];
  return [
    problem(
      'azure/subnet-name',
      'cloud.vnet.functionsSubnetId',
      'has an underscore in the name of the subnet, which Flex Consumption refuses',
      {
        got: `'${id}'`,
        fix: 'give a subnet for the app alone, delegated to Microsoft.App/environments, of 64 addresses, in the location and network of the database',
      },
    ),
  ];
}

/** Returns what works now, and what a customer key does not encrypt. */
export function azurePlaceWarnings({ cloud, encryption }: Environment): Problem[] {
  if (cloud.provider !== 'azure') return [];
  return [
    ...(UNLISTED_REGIONS.includes(cloud.location)
      ? [
          problem(
            'azure/region-unlisted',
            'cloud.location',
            `is in no list of Flex Consumption of ${FLEX_REGIONS_OF}`,
            {
              got: `'${cloud.location}'`,
              fix: "check 'az functionapp list-flexconsumption-locations' before the first deploy, or use another location",
            },
          ),
        ]
      : []),
    ...(encryption === 'customer'
      ? [
          problem(
            'azure/key-covers-storage',
            'encryption',
            "encrypts the storage accounts with your key: logs, events, the secret and the registry keep Microsoft's",
            {
              got: "'customer'",
              fix: 'use AWS or Google Cloud where your key must encrypt them too',
            },
          ),
        ]
      : []),
  ];
}
