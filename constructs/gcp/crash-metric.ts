import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpIdentifier } from '../shared/naming.ts';

/**
 * Counts requests that ended without an answer of ours: the instance was lost, or out of time. Cloud Run's own entry of such a
 * request has a text, and that of an answered one has none (cloud.google.com/run/docs/troubleshooting#500).
 *
 * @returns the name of the counter in PromQL
 */
export function crashMetric(scope: Construct, config: ResolvedConfig, functionName: string): string {
  const name = gcpIdentifier(config, 'crashes', GCP_NAMES.logMetric.most);
  new LoggingMetric(scope, 'Crashes', {
    name,
    description: `requests of ${functionName} that ended without an answer`,
    filter: [
      'resource.type="cloud_run_revision"',
      `resource.labels.service_name="${functionName}"`,
      'log_id("run.googleapis.com/requests")',
      'httpRequest.status>=500',
      'textPayload:*',
    ].join(' AND '),
    metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64', unit: '1' },
  });
  return `logging_googleapis_com:user_${name}`;
}
