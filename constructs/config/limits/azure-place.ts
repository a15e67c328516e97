/** Location of an environment on Azure, its key, its network and its logs. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** Days that a workspace keeps logs (learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure). */
export const AZURE_LOG_DAYS = { least: 30, most: 730 } as const;

/** Everything that is wrong with the place where a model is to run on Azure. */
export function azurePlaceProblems({ cloud, encryption, logRetentionDays: days }: Environment): Problem[] {
  if (cloud.provider !== 'azure') return [];
  const problems: Problem[] = [];
  const { least, most } = AZURE_LOG_DAYS;
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
  return problems;
}
