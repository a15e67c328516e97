import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpLabels, gcpName } from '../shared/naming.ts';
import { cloudOf, keyOf } from './place.ts';

/** A topic of Pub/Sub whose messages stay in the region. */
export function modelTopic(scope: Construct, id: string, config: ResolvedConfig, part: string): PubsubTopic {
  const key = keyOf(config);
  return new PubsubTopic(scope, id, {
    name: gcpName(config, part, GCP_NAMES.topic.most),
    labels: gcpLabels(config),
    messageStoragePolicy: { allowedPersistenceRegions: [cloudOf(config).region] },
    ...(key !== undefined && { kmsKeyName: key }),
  });
}
