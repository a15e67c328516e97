/** Charges of each type of resource, and the quantity that a month needs. */

import { type Charge, rounded, type Treatment } from '../../cost/charge.ts';
import type { Located } from '../../cost/located.ts';
import { type Month, objectRequestsOf } from '../../cost/month.ts';
import { COPIES, MONTH_DAYS, type StoredDays, secondsOf, storedGb } from '../../cost/usage.ts';
import { at } from '../value-at.ts';
import { FREE } from './free.ts';
import { alarmMetrics } from './metrics.ts';
import { PRICES, type PriceName } from './prices.ts';
import { referenceOf } from './resources.ts';
import { firehoseGb, logGb } from './volumes.ts';

type Rule = (resource: Located, month: Month) => readonly Charge[];

const fixed = (price: PriceName, quantity: number, basis: string): Charge => ({
  price: PRICES[price],
  fixed: true,
  quantity,
  basis,
});
const used = (price: PriceName, quantity: number, basis: string): Charge => ({
  price: PRICES[price],
  fixed: false,
  quantity,
  basis,
});

const MB_PER_GB = 1_024;
/** Events of our own bus: registered, approved, moved, promoted, announced, drift and call for a training. */
const EVENTS_PER_RETRAINING = 7;
const MESSAGES_PER_RETRAINING = 3;
/** Encryption and decryption of what a call reads, writes and logs, with bucket keys. */
const KEY_USES_PER_CALL = 3;
const ACCESS_LOG_LINE_GB = 700 / 1e9;

const calls = ({ flow }: Month, id: string): number => flow.calls.get(id) ?? 0;
const allCalls = ({ flow }: Month): number => [...flow.calls.values()].reduce((sum, one) => sum + one, 0);

const rulesOf = ({ properties }: Located): readonly unknown[] =>
  [at(properties, 'LifecycleConfiguration', 'Rules')].flat();

/** How long a bucket's own rule keeps objects below a prefix, or all objects without one. */
function keeping(bucket: Located, prefix?: string): string {
  const days = rulesOf(bucket)
    .filter((rule) => at(rule, 'Prefix') === prefix)
    .map((rule) => at(rule, 'ExpirationInDays'))
    .find((given) => given !== undefined);
  return days === undefined ? 'kept for good, a year of it counted' : `kept for ${days} days`;
}

/** Counted where nothing expires. */
const YEAR_DAYS = 365;

/** Days that a bucket's rules keep rows: until they expire, and then as an old version. */
function storedDays(bucket: Located): StoredDays {
  const rules = rulesOf(bucket);
  const daysOf = (prefix: string): number => {
    const rule = rules.find((one) => String(at(one, 'Prefix')).startsWith(`${prefix}/`));
    const current = at(rule, 'ExpirationInDays');
    if (current === undefined) return YEAR_DAYS;
    const old = Number(at(rule, 'NoncurrentVersionExpiration', 'NoncurrentDays') ?? 0);
    return Number(current) + old;
  };
  const { exports, prepared, features, snapshots } = Object.fromEntries(
    COPIES.map((prefix) => [prefix, Math.min(YEAR_DAYS, daysOf(prefix))]),
  ) as Record<(typeof COPIES)[number], number>; // an entry of each
  return { exports, prepared, features, snapshots, predictions: daysOf('predictions') };
}

const isAccessLog = ({ logicalId }: Located, { resources }: Month): boolean =>
  resources.some(
    ({ properties }) =>
      referenceOf(at(properties, 'LoggingConfiguration', 'DestinationBucketName')) === logicalId,
  );

const RULES: Readonly<Record<string, Rule>> = {
  'AWS::Lambda::Function': (one, month) => {
    const times = calls(month, one.logicalId);
    const gb = Number(one.properties.MemorySize ?? 128) / MB_PER_GB;
    const seconds = secondsOf(one.function ?? '', month.usage, times, month.flow.retrainings);
    return [
      used('lambdaRequest', times, 'calls by schedules, workflows, rules and requests'),
      used('lambdaCompute', times * gb * seconds, `${gb.toFixed(2)} GB for ${rounded(seconds)} s a call`),
    ];
  },
  'AWS::Logs::LogGroup': ({ logicalId }, month) => {
    const { resources, flow, usage } = month;
    const writer = resources.find(({ properties }) => JSON.stringify(properties).includes(`"${logicalId}"`));
    const states =
      writer?.type === 'AWS::StepFunctions::StateMachine' ? (flow.states.get(writer.logicalId) ?? 0) : 0;
    const requests = writer?.type === 'AWS::ApiGatewayV2::Stage' ? usage.predictions + flow.probes : 0;
    const ingested =
      logGb.calls(writer ? calls(month, writer.logicalId) : 0) +
      logGb.states(states) +
      logGb.requests(requests);
    return [
      used('logIngested', ingested, '1 KB a call, 3 KB a state, 0.3 KB a request'),
      used(
        'logStored',
        (ingested * usage.logRetentionDays) / MONTH_DAYS,
        `kept for ${usage.logRetentionDays} days`,
      ),
    ];
  },
  'AWS::CloudWatch::Alarm': ({ properties }) => {
    const metrics = alarmMetrics(properties).length;
    return [
      fixed('alarmMetric', metrics, metrics === 1 ? 'one metric' : `${metrics} metrics in its expression`),
    ];
  },
  'AWS::CloudWatch::Dashboard': () => [fixed('dashboard', 1, 'one dashboard')],
  'AWS::ApiGatewayV2::Api': (_, { flow, usage }) => [
    used('httpRequest', usage.predictions + flow.probes, 'one request a prediction and a probe'),
  ],
  'AWS::StepFunctions::StateMachine': ({ logicalId, properties }, { flow }) => {
    const executions = flow.executions.get(logicalId) ?? 0;
    return [
      used(
        'stateTransition',
        flow.states.get(logicalId) ?? 0,
        `states of ${rounded(executions)} executions without a retry`,
      ),
      ...(at(properties, 'TracingConfiguration', 'Enabled') === true
        ? [used('trace', executions, 'one trace an execution')]
        : []),
    ];
  },
  'AWS::Scheduler::Schedule': ({ logicalId, properties }, { flow }) => [
    used('schedule', flow.scheduled.get(logicalId) ?? 0, String(properties.ScheduleExpression)),
  ],
  'AWS::Events::EventBus': (_, { flow }) => [
    used(
      'customEvent',
      flow.retrainings * EVENTS_PER_RETRAINING,
      `${EVENTS_PER_RETRAINING} events a training`,
    ),
  ],
  'AWS::KinesisFirehose::DeliveryStream': (_, { usage }) => [
    used('firehose', firehoseGb(usage), 'one record of at most 5 KB a prediction'),
  ],
  'AWS::S3::Bucket': (one, month) => {
    const { writes, reads } = objectRequestsOf(month);
    if (isAccessLog(one, month))
      return [
        // Delivery is free (docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html).
        used('s3Stored', (writes + reads) * 3 * ACCESS_LOG_LINE_GB, `one line a request, ${keeping(one)}`),
      ];
    const days = storedDays(one);
    const copies = COPIES.map((prefix) => `${prefix} ${days[prefix]}`).join(', ');
    return [
      used(
        's3Stored',
        storedGb(month.usage, month.flow.runs, days),
        `days of rows: ${copies}; predictions ${keeping(one, 'predictions/')}`,
      ),
      used('s3Write', writes, 'runs, predictions by the minute, lists during a watch'),
      used('s3Read', reads, 'runs, ticks of the release, predictions read during a watch'),
    ];
  },
  'AWS::SNS::Topic': (_, { flow, usage }) => {
    const messages = flow.retrainings * MESSAGES_PER_RETRAINING;
    return [
      used('snsPublish', messages, `${MESSAGES_PER_RETRAINING} messages a training`),
      used('snsEmail', messages * usage.alertReaders, `${usage.alertReaders} readers`),
    ];
  },
  'AWS::SQS::Queue': () => [used('sqsRequest', 0, 'dead letters: none while nothing fails')],
  'AWS::SecretsManager::Secret': (_, { flow }) => [
    fixed('secret', 1, 'one secret'),
    used('secretRead', flow.runs + 24 * MONTH_DAYS, 'about once an hour by what is warm'),
  ],
  'AWS::KMS::Key': (_, month) => [
    fixed('key', 1, 'one customer key; each of its first two yearly rotations adds one'),
    used('keyUse', allCalls(month) * KEY_USES_PER_CALL, `${KEY_USES_PER_CALL} uses a call of a function`),
  ],
  'AWS::SageMaker::FeatureGroup': (_, { flow, usage }) => [
    used('featureWrite', flow.runs * usage.rows, 'every row of a run'),
    used(
      'featureRead',
      usage.predictions + 2 * flow.runs * usage.rows,
      'one read a prediction, two around each write',
    ),
  ],
};

/** Charges of a resource, or why it is free; undefined for a type that is not known here. */
export function treatmentOf(resource: Located, month: Month): Treatment | undefined {
  const free = FREE[resource.type];
  if (free !== undefined) return { free };
  const rule = RULES[resource.type];
  return rule && { charges: rule(resource, month) };
}
