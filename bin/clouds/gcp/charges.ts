/** Charges of each type of resource on Google Cloud, and the quantity that a month needs. */

import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { type Charge, rounded, type SharedCharge, type Treatment } from '../../cost/charge.ts';
import { EMITTED } from '../../cost/emitted.ts';
import type { Located } from '../../cost/located.ts';
import { type Month, objectRequestsOf } from '../../cost/month.ts';
import { COPIES, MONTH_DAYS, secondsOf, storedGb } from '../../cost/usage.ts';
import { blockOf, blocksOf } from '../terraform.ts';
import { at } from '../value-at.ts';
import { alertCount } from './alerts.ts';
import { freeOnGcp } from './free.ts';
import { storedDaysOf } from './lifecycle.ts';
import { GCP_PRICES, type GcpPriceName } from './prices.ts';
import { FREE_LOG_DAYS, GB_PER_GIB, loggedGib, messageTib, metricMib, predictionTib } from './volumes.ts';

type Rule = (resource: Located, month: Month) => readonly Charge[];

const charge =
  (fixed: boolean) =>
  (price: GcpPriceName, quantity: number, basis: string): Charge => ({
    price: GCP_PRICES[price],
    fixed,
    quantity,
    basis,
  });
const fixed = charge(true);
const used = charge(false);

/** Cloud Run rounds the time of a request up to this, in seconds. */
const BILLED_STEP_SEC = 0.1;
const MIB_PER_GIB = 1_024;
/** Layers of an image that no other image shares, in GiB, and the minutes that its build takes. */
const IMAGE_GIB = 0.1;
const BUILD_MINUTES = 2;
/** An archive of a function, in GiB: at most a MiB. */
const ARCHIVE_GIB = 1 / MIB_PER_GIB;
/** Events: registered, approved, moved, promoted, announced and drift. */
const EVENTS_PER_RETRAINING = 6;
/** Encryption and decryption of what a call reads, writes and logs. */
const KEY_USES_PER_CALL = 3;

const ALERTS_FREE = 'not charged before 2027-09-01';

const callsOf = ({ flow }: Month, id: string): number => flow.calls.get(id) ?? 0;
const allCalls = ({ flow }: Month): number => [...flow.calls.values()].reduce((sum, one) => sum + one, 0);

/** Calls of the function of this name. */
const callsByName = (month: Month, name: string): number =>
  month.resources
    .filter((one) => one.function === name)
    .reduce((sum, { logicalId }) => sum + callsOf(month, logicalId), 0);

/** GiB of `512Mi` or `2Gi`. */
const gibOf = (memory: string): number =>
  Number.parseFloat(memory) / (memory.endsWith('Gi') ? 1 : MIB_PER_GIB);

const RULES: Readonly<Record<string, Rule>> = {
  google_cloudfunctions2_function: ({ logicalId, function: name = '', properties }, month) => {
    const size = blockOf(properties, 'service_config');
    const cores = Number(at(size, 'available_cpu'));
    const gib = gibOf(String(at(size, 'available_memory')));
    const times = callsOf(month, logicalId);
    const exact = secondsOf(name, month.usage, times, month.flow.retrainings);
    const seconds = Math.ceil(exact / BILLED_STEP_SEC) * BILLED_STEP_SEC;
    return [
      used('request', times, 'calls by schedules, workflows, events and requests'),
      used('cpu', times * cores * seconds, `${cores} vCPU for ${rounded(seconds)} s a call`),
      used('memory', times * gib * seconds, `${gib.toFixed(2)} GiB for ${rounded(seconds)} s a call`),
      used('build', BUILD_MINUTES, 'one deploy a month'),
    ];
  },
  google_storage_bucket: ({ component, properties }, month) => {
    if (component !== 'ArtifactStore') return []; // the objects in it are charged one by one
    const { writes, reads } = objectRequestsOf(month);
    const days = storedDaysOf(properties);
    const copies = COPIES.map((prefix) => `${prefix} ${days[prefix]}`).join(', ');
    return [
      used(
        'stored',
        storedGb(month.usage, month.flow.runs, days) / GB_PER_GIB,
        `days of rows: ${copies}; predictions ${days.predictions} days`,
      ),
      used('write', writes, 'runs, predictions by the minute, lists during a watch'),
      used('read', reads, 'runs, ticks of the release, predictions read during a watch'),
    ];
  },
  google_storage_bucket_object: () => [fixed('stored', ARCHIVE_GIB, 'the archive of a function')],
  google_artifact_registry_repository: (_, { resources }) => {
    const images = resources.filter((one) => one.function !== undefined).length;
    return [fixed('image', images * IMAGE_GIB, `${images} images`)];
  },
  google_pubsub_topic: ({ component, path }, { flow, usage }) => {
    if (component === 'PredictionLog')
      return [used('message', predictionTib(usage), 'one message a prediction')];
    const events = component === 'Events' && path === '' ? flow.retrainings * EVENTS_PER_RETRAINING : 0;
    // A request for a training is published once, and delivered once to the trigger.
    const requests = component === 'Events' && path === 'Requests' ? 2 * usage.calledRetrainings : 0;
    const basis =
      events > 0
        ? `${EVENTS_PER_RETRAINING} events a training`
        : requests > 0
          ? 'calls for a training'
          : 'alarms and dead letters: none while nothing fails';
    return [used('message', messageTib(events + requests), basis)];
  },
  google_pubsub_subscription: ({ properties }, { flow, usage }) => {
    if (blockOf(properties, 'cloud_storage_config') !== undefined)
      return [used('exported', predictionTib(usage), 'one message a prediction')];
    // Its filter drops some only after they are counted (cloud.google.com/pubsub/docs/subscription-message-filter).
    const delivered = properties.filter === undefined ? 0 : flow.retrainings * EVENTS_PER_RETRAINING;
    return [
      used(
        'message',
        messageTib(delivered),
        delivered > 0
          ? `${EVENTS_PER_RETRAINING} events a training, before its filter`
          : 'alarms and dead letters: none while nothing fails',
      ),
    ];
  },
  google_workflows_workflow: ({ logicalId }, { flow }) => [
    used(
      'step',
      flow.states.get(logicalId) ?? 0,
      `steps of ${rounded(flow.executions.get(logicalId) ?? 0)} executions without a retry`,
    ),
  ],
  google_cloud_scheduler_job: ({ properties }) => [fixed('job', 1, String(properties.schedule))],
  google_secret_manager_secret_version: (_, { flow }) => [
    fixed('secretVersion', 1, 'one version in one place'),
    used('secretAccess', flow.runs + 24 * MONTH_DAYS, 'about once an hour by what is warm'),
  ],
  google_logging_project_bucket_config: (_, month) => logCharges(month),
  google_logging_metric: ({ properties }, month) => {
    const name = /values\.(\w+?)(_sum|_count)?\)/.exec(String(properties.value_extractor))?.[1] ?? '';
    const [source] = Object.entries(EMITTED).find(([, { names }]) => names.some((one) => one === name)) ?? [];
    const kind = at(blockOf(properties, 'metric_descriptor'), 'value_type');
    const lines = source === undefined ? 0 : callsByName(month, source);
    return [
      used(
        'metricData',
        metricMib(lines, kind === 'DISTRIBUTION'),
        source === undefined ? 'sent in trouble only' : `a point in each minute with a call of ${source}`,
      ),
    ];
  },
  google_monitoring_alert_policy: ({ properties }) => {
    const { references, points } = alertCount(properties);
    const conditions = blocksOf(properties, 'conditions').length;
    return [
      fixed('alertReference', references, `conditions: ${conditions}; ${ALERTS_FREE}`),
      ...(points > 0
        ? [fixed('alertPoint', points, `one series in each part of a query; ${ALERTS_FREE}`)]
        : []),
    ];
  },
};

/** Logs of all functions, and their storage beyond the days that are in the price. */
export function logCharges(month: Month): readonly Charge[] {
  const { logRetentionDays } = month.usage;
  const gib = loggedGib(allCalls(month));
  const more = Math.max(0, logRetentionDays - FREE_LOG_DAYS);
  return [
    used('logIngested', gib, '2.5 KB a call'),
    ...(more > 0
      ? [used('logRetained', (gib * more) / MONTH_DAYS, `kept for ${logRetentionDays} days`)]
      : []),
  ];
}

/** The customer key of the environment, which no stack makes: its whole price, though others use it too. */
export function keyCharges(month: Month, { environment: { cloud } }: ResolvedConfig): SharedCharge[] {
  if (cloud.provider !== 'gcp' || cloud.key === undefined) return [];
  const charges = [
    fixed('keyVersion', 1, 'one customer key; each of its rotations adds a version'),
    used('keyUse', allCalls(month) * KEY_USES_PER_CALL, `${KEY_USES_PER_CALL} uses a call of a function`),
  ];
  return charges.map((one) => ({
    component: 'CustomerKey',
    resource: 'key',
    type: 'crypto key',
    stack: 'data',
    charge: one,
  }));
}

/** Charges of a resource, or why it is free; undefined for a type that is not known here. */
export function gcpTreatment(resource: Located, month: Month): Treatment | undefined {
  const free = freeOnGcp(resource.type);
  if (free !== undefined) return { free };
  const charges = RULES[resource.type]?.(resource, month);
  if (charges === undefined) return undefined;
  return charges.length > 0 ? { charges } : { free: 'charged by what is in it' };
}
