import { settingsOf, sitesOf } from '../../../policy/azure/check.ts';
import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';
import type { Unit } from '../reader.ts';
import { archiveOf, secondsOf } from './archives.ts';
import { accountOn, appIn, functionsOn, identityOn, principalOf, referredOn } from './names.ts';
import { rightsOn } from './rights.ts';

/** Every app: a unit with the functions of its archive. */
export const appUnitsOf = (stacks: TerraformStacks): Unit[] =>
  sitesOf(stacks).map((site) => {
    const archive = archiveOf(stacks, site);
    const identity = identityOn(stacks, site);
    const queue = queueOn(stacks, site);
    const scale = (path: string) =>
      Number(valueAt(site.body, `body.properties.functionAppConfig.scaleAndConcurrency.${path}`));
    return {
      id: site.id,
      functions: functionsOn(stacks, site),
      identity,
      rights: rightsOn(stacks, identity ?? '', site),
      memoryMb: scale('instanceMemoryMB'),
      timeoutSec: secondsOf(archive?.body.functionTimeout),
      inTurn: appIn(stacks, site) === 'monitor',
      answersMany: scale('triggers.http.perInstanceConcurrency') > 1,
      logs: logOf(stacks, site),
      takesEvents: queue !== undefined,
      deadLetters: queue && poisonQueueOf(stacks, site, archive),
    };
  });

/** The queue that an app takes messages from. */
function queueOn(stacks: TerraformStacks, site: LocatedBlock): LocatedBlock | undefined {
  const account = accountOn(stacks, site);
  return blocksOf(stacks, 'azurerm_storage_queue').find(
    ({ stack, body }) =>
      account !== undefined &&
      referredOn(stacks, stack, body.storage_account_id, account.type)?.id === account.id,
  );
}

/**
 * The queue that the host makes for messages which failed so many times; it needs the right to
 * (learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages).
 */
function poisonQueueOf(
  stacks: TerraformStacks,
  site: LocatedBlock,
  archive?: LocatedBlock,
): string | undefined {
  const account = accountOn(stacks, site);
  const mayWrite = blocksOf(stacks, 'azurerm_role_assignment').some(
    ({ body }) =>
      body.role_definition_name === 'Storage Queue Data Contributor' &&
      body.scope === `\${azurerm_storage_account.${account?.name}.id}` &&
      principalOf(body.principal_id) === identityOn(stacks, site),
  );
  return mayWrite && Number(archive?.body.maxDequeueCount) > 0 ? `${account?.id}/events-poison` : undefined;
}

/** The workspace that an app writes its lines to, through Application Insights. */
function logOf(stacks: TerraformStacks, site: LocatedBlock): string | undefined {
  const setting = settingsOf(site).get('APPLICATIONINSIGHTS_CONNECTION_STRING');
  const insights = referredOn(stacks, site.stack, setting, 'azurerm_application_insights');
  return blocksOf(stacks, 'azurerm_log_analytics_workspace').find(({ body }) =>
    String(insights?.body.workspace_id).endsWith(`/workspaces/${String(body.name)}`),
  )?.id;
}
