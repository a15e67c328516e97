/** Charges of each type of resource on Azure, and the quantity that a month needs. */

import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { type Charge, rounded, type SharedCharge, type Treatment } from '../../cost/charge.ts';
import type { Located } from '../../cost/located.ts';
import { type Month, objectRequestsOf } from '../../cost/month.ts';
import { COPIES, MONTH_DAYS, secondsOf, storedGb } from '../../cost/usage.ts';
import { freeOnAzure } from './free.ts';
import { storedAzureDays } from './lifecycle.ts';
import { AZURE_PRICES, type AzurePriceName } from './prices.ts';
import { SITE, SITE_FUNCTION } from './resources.ts';

type Rule = (resource: Located, month: Month) => readonly Charge[];

const charge =
  (fixed: boolean) =>
  (price: AzurePriceName, quantity: number, basis: string): Charge => ({
    price: AZURE_PRICES[price],
    fixed,
    quantity,
    basis,
  });
const fixed = charge(true);
const used = charge(false);

/** An execution of the Flex plan counts a second at least, and tenths beyond it (learn.microsoft.com/azure/azure-functions/flex-consumption-plan#billing). */
const LEAST_SEC = 1;
const BILLED_STEP_SEC = 0.1;
const MB_PER_GB = 1_024;
/** A replay of an orchestration. */
const REPLAY_SEC = 1;
/** Polls of its queues and renewals of its leases while an app's instance is there for a call. */
const HOST_CALLS_PER_CALL = 10;
/** Registered, approved, moved, promoted, announced and drift. */
const EVENTS_PER_RETRAINING = 6;
/** The lines of a call and of its request, with the metrics among them. */
const LOG_BYTES_PER_CALL = 3_500;
/** Days that the price of a log has in it. */
const FREE_LOG_DAYS = 31;
const KEY_USES_PER_CALL = 3;

const allCalls = ({ flow }: Month): number => [...flow.calls.values()].reduce((sum, one) => sum + one, 0);

/** Calls of the functions of one component. */
const callsOf = ({ resources, flow }: Month, component: string): number =>
  resources
    .filter((one) => one.type === SITE_FUNCTION && one.component === component)
    .reduce((sum, { logicalId }) => sum + (flow.calls.get(logicalId) ?? 0), 0);

const RULES: Readonly<Record<string, Rule>> = {
  [SITE_FUNCTION]: ({ logicalId, function: name = '', properties }, month) => {
    const gb = Number(properties.memoryMb) / MB_PER_GB;
    const times = month.flow.calls.get(logicalId) ?? 0;
    const exact = secondsOf(name, month.usage, times, month.flow.retrainings);
    const seconds = Math.max(LEAST_SEC, Math.ceil(exact / BILLED_STEP_SEC) * BILLED_STEP_SEC);
    return [
      used('execution', times, 'calls by timers, messages, orchestrations and requests'),
      used('compute', times * gb * seconds, `${gb} GB for ${rounded(seconds)} s a call`),
    ];
  },
  azurerm_storage_account: ({ component, path, properties }, month) => {
    if (path !== '' || component !== 'ArtifactStore') {
      const calls = callsOf(month, component) * HOST_CALLS_PER_CALL;
      return [used('queueCall', calls, `${HOST_CALLS_PER_CALL} polls and leases of the platform a call`)];
    }
    const policy = month.resources.find((one) => one.type === 'azurerm_storage_management_policy');
    const { writes, reads } = objectRequestsOf(month);
    const days = storedAzureDays(policy?.properties, properties);
    const copies = COPIES.map((prefix) => `${prefix} ${days[prefix]}`).join(', ');
    return [
      used(
        'stored',
        storedGb(month.usage, month.flow.runs, days),
        `days of rows: ${copies}; predictions ${days.predictions} days`,
      ),
      // A line is appended for each prediction, before its answer.
      used(
        'write',
        writes + month.usage.predictions,
        'runs, a block for each prediction, lists during a watch',
      ),
      used('read', reads, 'runs, ticks of the release, predictions read during a watch'),
    ];
  },
  azurerm_storage_queue: (_, { flow }) => [
    used('queueCall', 3 * flow.retrainings, 'a message is put, taken and removed for each event'),
  ],
  azurerm_eventgrid_topic: (_, { flow, usage }) => [
    used(
      'event',
      flow.retrainings * EVENTS_PER_RETRAINING + usage.calledRetrainings,
      `${EVENTS_PER_RETRAINING} events a training, and calls for one`,
    ),
  ],
  azurerm_eventgrid_event_subscription: (_, { flow }) => [
    used('event', flow.retrainings, 'one event a training'),
  ],
  azurerm_key_vault: ({ component }, { flow }) => [
    used(
      'secretAccess',
      component === 'PseudonymSecret' ? flow.runs + 24 * MONTH_DAYS : 0,
      component === 'PseudonymSecret' ? 'about once an hour by what is warm' : 'nothing reads it',
    ),
  ],
  'Microsoft.KeyVault/vaults/secrets': () => [fixed('secretAccess', 1, 'put once')],
  azurerm_log_analytics_workspace: (_, month) => {
    const { logRetentionDays } = month.usage;
    const gb = (allCalls(month) * LOG_BYTES_PER_CALL) / 1e9;
    const more = Math.max(0, logRetentionDays - FREE_LOG_DAYS);
    return [
      used('logIngested', gb, `${LOG_BYTES_PER_CALL / 1_000} KB a call`),
      ...(more > 0
        ? [used('logRetained', (gb * more) / MONTH_DAYS, `kept for ${logRetentionDays} days`)]
        : []),
    ];
  },
  azurerm_monitor_metric_alert: () => [fixed('metricRule', 1, 'one metric of the topic')],
  azurerm_monitor_scheduled_query_rules_alert_v2: () => [
    fixed('logRule', 1, 'looks each quarter of an hour; another 0.05 for each further alarm that fires'),
  ],
};

/** Replays of the orchestration of trainings, and the uses of a customer key, which no stack makes. */
export function sharedAzureCharges(month: Month, { environment: { cloud } }: ResolvedConfig): SharedCharge[] {
  const { resources, flow } = month;
  const orchestrations = resources.flatMap((site) => {
    const replays = flow.states.get(site.logicalId) ?? 0;
    if (site.type !== SITE || replays === 0) return [];
    const own = resources.find((one) => one.logicalId.startsWith(`${site.logicalId}/`));
    const gb = Number(own?.properties.memoryMb ?? 0) / MB_PER_GB;
    return [
      used('execution', replays, 'runs of the orchestration between its activities'),
      used('compute', replays * gb * REPLAY_SEC, `${gb} GB for ${REPLAY_SEC} s each`),
    ].map((one) => ({
      component: site.component,
      resource: 'orchestration',
      type: SITE_FUNCTION,
      stack: site.stack,
      charge: one,
    }));
  });
  if (cloud.provider !== 'azure' || cloud.keyId === undefined) return orchestrations;
  const uses = used(
    'keyUse',
    allCalls(month) * KEY_USES_PER_CALL,
    `${KEY_USES_PER_CALL} uses a call of a function`,
  );
  const key = {
    component: 'CustomerKey',
    resource: 'key',
    type: 'Microsoft.KeyVault/vaults/keys',
    stack: 'data',
  };
  return [...orchestrations, { ...key, charge: uses }];
}

/** Charges of a resource, or why it is free; undefined for a type that is not known here. */
export function azureTreatment(resource: Located, month: Month): Treatment | undefined {
  const free = freeOnAzure(resource.type);
  if (free !== undefined) return { free };
  const charges = RULES[resource.type]?.(resource, month);
  return charges && { charges };
}
