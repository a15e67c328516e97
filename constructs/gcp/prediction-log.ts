import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription/index.js';
import type { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type * as contract from '../contract/prediction-log.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, gcpName } from '../shared/naming.ts';
import { alarmForPeople } from './alert-policy.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Notifications } from './notifications.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { selector } from './promql.ts';
import { pauseAfter } from './propagation.ts';
import { agentOf } from './service-agents.ts';
import { modelTopic } from './topic.ts';

export interface PredictionLogProps extends contract.PredictionLogProps {
  readonly store: ArtifactStore;
  /** People who are notified when records are not delivered. @default - none */
  readonly notifications?: Notifications;
}

/** A record waits so long for others, the least that Pub/Sub takes; the release looks each minute. */
const BUFFER_SEC = 60;
/** Age of a record that waits for its delivery and should have been written long ago. */
const LATE_SEC = 900;
const KEPT_SEC = 7 * 86_400;

/**
 * A topic of Pub/Sub, which writes its messages into `predictions/<date>/<hour>/` of the artifact store, one line each
 * (cloud.google.com/pubsub/docs/cloudstorage). Pub/Sub tries a record again for a week, so there are no dead letters.
 *
 * @example
 * import { ArtifactStore, PredictionLog } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const predictions = new PredictionLog(stack, 'Predictions', { config, store });
 * const bindings = { store, predictions };
 */
export class PredictionLog extends ModelConstruct implements contract.IPredictionLog {
  readonly topic: PubsubTopic;
  readonly resource: PubsubSubscription;

  constructor(scope: Construct, id: string, props: PredictionLogProps) {
    super(scope, id, props, ['store']);
    const { config, store, notifications } = props;
    this.topic = modelTopic(this, 'Topic', config, 'predictions');
    const member = agentOf(this, config, 'pubsub');
    const give = (name: string, { role }: { readonly role: string }) =>
      new StorageBucketIamMember(this, name, {
        bucket: store.storeName,
        role,
        member,
        // The identity of Pub/Sub is there once the project has a topic.
        dependsOn: [this.topic],
      });
    const ready = pauseAfter(
      this,
      'Ready',
      [give('Writes', SERVICE_RIGHTS.deliver), give('SeesBucket', SERVICE_RIGHTS.seeBucket)],
      member,
    );
    const name = gcpName(config, 'predictions', GCP_NAMES.subscription.most);
    this.resource = new PubsubSubscription(this, 'Resource', {
      name,
      topic: this.topic.id,
      labels: gcpLabels(config),
      ackDeadlineSeconds: 300,
      messageRetentionDuration: `${KEPT_SEC}s`,
      expirationPolicy: { ttl: '' },
      cloudStorageConfig: {
        bucket: store.storeName,
        filenamePrefix: 'predictions/',
        filenameDatetimeFormat: 'YYYY-MM-DD/hh/mmssZ',
        filenameSuffix: '.jsonl',
        maxDuration: `${BUFFER_SEC}s`,
      },
      dependsOn: [ready],
    });
    if (notifications)
      alarmForPeople(this, 'DeliveryAlarm', {
        config,
        name: 'late records',
        query: `max(pubsub_googleapis_com:subscription_oldest_unacked_message_age${selector({ subscription_id: name })}) > ${LATE_SEC}`,
        says: `prediction records wait longer than ${LATE_SEC / 60} minutes for their delivery`,
        runbook: 'runbook-delivery',
        channels: notifications.channels,
      });
  }
}
