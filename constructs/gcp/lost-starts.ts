import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpIdentifier, gcpName } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { alarmForPeople } from './alert-policy.ts';
import { increase } from './promql.ts';

/** Last parts of the names of a model's jobs; the tick of the release has an alarm of its own. */
const JOBS = ['new-data', 'training', 'retraining', 'monitoring', 'batch-score', 'export', 'probe'] as const;
const LOOK_BACK_SEC = 300;

/**
 * Tells people of a call by a schedule that failed. Cloud Scheduler writes a line for each try and keeps no start that failed at
 * every one (cloud.google.com/scheduler/docs/view-logs).
 */
export const lostStartsAlarm = (
  scope: Construct,
  config: ResolvedConfig,
  channels: readonly string[],
): Construct =>
  oncePerStack(scope, 'LostStarts', (stack) => {
    const alarm = new Construct(stack, 'LostStarts');
    const name = gcpIdentifier(config, 'lost-starts', GCP_NAMES.logMetric.most);
    const jobs = JOBS.map((job) => `"${gcpName(config, job, GCP_NAMES.schedulerJob.most)}"`);
    new LoggingMetric(alarm, 'Resource', {
      name,
      description: 'calls of schedules that failed',
      filter: [
        'resource.type="cloud_scheduler_job"',
        `resource.labels.job_id=(${jobs.join(' OR ')})`,
        'severity>=ERROR',
      ].join(' AND '),
      metricDescriptor: { metricKind: 'DELTA', valueType: 'INT64', unit: '1' },
    });
    const labels = { monitored_resource: 'cloud_scheduler_job' };
    alarmForPeople(alarm, 'Alarm', {
      config,
      name: 'lost starts',
      query: `${increase(`logging_googleapis_com:user_${name}`, labels, LOOK_BACK_SEC)} > 0`,
      says: 'a call by a schedule failed',
      runbook: 'runbook-lost-starts',
      channels,
    });
    return alarm;
  });
