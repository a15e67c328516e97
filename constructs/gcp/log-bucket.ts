import { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpName, nameOf } from '../shared/naming.ts';
import { cloudOf, keyOf } from './place.ts';

export const logBucketId = (config: ResolvedConfig): string =>
  gcpName(config, 'logs', GCP_NAMES.logBucket.most);

/**
 * A bucket of the log, kept as long as the environment says. A deleted one keeps its name for a week and cannot be made anew
 * (cloud.google.com/logging/docs/buckets#delete-bucket), so it stays when the functions go.
 */
export function logBucket(scope: Construct, id: string, config: ResolvedConfig): LoggingProjectBucketConfig {
  const { project, region } = cloudOf(config);
  const key = keyOf(config);
  return new LoggingProjectBucketConfig(scope, id, {
    project,
    location: region,
    bucketId: logBucketId(config),
    retentionDays: config.environment.logRetentionDays,
    description: `logs of ${nameOf(config)}`,
    ...(key !== undefined && { cmekSettings: { kmsKeyName: key } }),
  });
}
