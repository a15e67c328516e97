/** Messages: each ends where somebody finds it, and its receiver has time to answer. */

import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../support/terraform/located.ts';
import { checkEach, together } from '../check.ts';
import { type GcpCheck, grantsOf, membersOf } from './check.ts';

const keyOf = ({ type, name }: LocatedBlock): string => `${type}.${name}`;

/** Topics that subscriptions send what failed to. */
function deadLetterTopics(stacks: TerraformStacks): ReadonlySet<string> {
  return new Set(
    blocksOf(stacks, 'google_pubsub_subscription').flatMap(({ body }) =>
      referencesIn(valueAt(body, 'dead_letter_policy.dead_letter_topic')),
    ),
  );
}

/** Whether Pub/Sub's own identity has a role on a resource. */
function agentMay(stacks: TerraformStacks, role: string, on: string): boolean {
  return grantsOf(blocksOf(stacks)).some(
    (grant) =>
      grant.body.role === role &&
      referencesIn([grant.body.topic, grant.body.subscription]).includes(on) &&
      membersOf(grant).some((member) => member.includes('gcp-sa-pubsub')),
  );
}

/** Whether an alarm reads how long messages of a subscription wait. */
const isWatched = (stacks: TerraformStacks, subscription: unknown): boolean =>
  blocksOf(stacks, 'google_monitoring_alert_policy').some(({ body }) =>
    valuesAt(body, 'conditions.condition_prometheus_query_language.query').some(
      (query) =>
        String(query).includes('oldest_unacked_message_age') && String(query).includes(String(subscription)),
    ),
  );

/**
 * Every subscription has a dead-letter topic that Pub/Sub may write, and every such topic keeps its messages. Records for
 * the bucket have an alarm instead: while the bucket cannot be written they wait, and are delivered later.
 */
export const deadLettersAreKept: GcpCheck = (stacks) => {
  const dead = deadLetterTopics(stacks);
  const subscriptions = blocksOf(stacks, 'google_pubsub_subscription');
  const read = new Set(subscriptions.flatMap(({ body }) => referencesIn(body.topic)));
  return together(
    checkEach(subscriptions, (subscription) => {
      const { body } = subscription;
      if (referencesIn(body.topic).some((topic) => dead.has(topic))) return [];
      if (body.cloud_storage_config !== undefined)
        return [!isWatched(stacks, body.name) && 'has no alarm on messages that wait for the bucket'];
      const [topic] = referencesIn(valueAt(body, 'dead_letter_policy.dead_letter_topic'));
      if (topic === undefined)
        return ['has no dead-letter topic: what fails is delivered until it is too old'];
      return [
        !agentMay(stacks, 'roles/pubsub.publisher', topic) && `Pub/Sub may not publish to ${topic}`,
        !agentMay(stacks, 'roles/pubsub.subscriber', keyOf(subscription)) &&
          'Pub/Sub may not acknowledge what it moved',
      ];
    }),
    checkEach(
      blocksOf(stacks, 'google_pubsub_topic').filter((topic) => dead.has(keyOf(topic))),
      (topic) => [!read.has(keyOf(topic)) && 'has no subscription: dead letters are lost'],
    ),
  );
};

/** The longest acknowledgement deadline, seconds (pubsub v1 Subscription ackDeadlineSeconds). */
const LONGEST_ACK_SEC = 600;
/** Deadline of a subscription that gives none. */
const DEFAULT_ACK_SEC = 10;

/** A push is acknowledged no sooner than its function may answer: a message is not delivered twice meanwhile. */
export const timeToAcknowledge: GcpCheck = (stacks) => {
  const timeouts = new Map(
    blocksOf(stacks, 'google_cloudfunctions2_function').map((one) => [
      keyOf(one),
      Number(valueAt(one.body, 'service_config.timeout_seconds')),
    ]),
  );
  return checkEach(
    blocksOf(stacks, 'google_pubsub_subscription').filter(({ body }) => body.push_config !== undefined),
    ({ body }) => {
      const [target = ''] = referencesIn(valueAt(body, 'push_config.push_endpoint'));
      const timeout = timeouts.get(target);
      const deadline = Number(body.ack_deadline_seconds ?? DEFAULT_ACK_SEC);
      return [
        timeout === undefined && 'pushes to nothing that this stack has',
        timeout !== undefined &&
          deadline < Math.min(timeout, LONGEST_ACK_SEC) &&
          `is acknowledged after ${deadline} s, and its function has ${timeout} s`,
      ];
    },
  );
};

/** Logs of the model have a bucket of their own, and `_Default` does not keep them a second time. */
export const logsAreBounded: GcpCheck = (stacks) => {
  const buckets = blocksOf(stacks, 'google_logging_project_bucket_config');
  const sinks = blocksOf(stacks, 'google_logging_project_sink');
  const models = Object.entries(stacks).filter(
    ([, { resource }]) => resource?.google_cloudfunctions2_function,
  );
  return together(
    checkEach(buckets, (bucket) => [
      !sinks.some(({ body }) =>
        String(body.destination).endsWith(`/buckets/${String(bucket.body.bucket_id)}`),
      ) && 'gets no logs: no sink writes it',
    ]),
    checkEach(sinks, ({ body }) => [body.filter === undefined && 'takes every log of the project']),
    checkEach(
      models.map(([stack, { resource }]) => ({ id: stack, resource })),
      ({ resource }) => [
        buckets.length === 0 && 'has no log bucket of its own',
        resource?.google_logging_project_exclusion === undefined &&
          'keeps its logs in _Default too, for 30 days',
      ],
    ),
  );
};
