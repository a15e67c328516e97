import type { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import type { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/rollback-alarms.ts';
import { rollbackRules } from '../shared/alarm-rules.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, nameOf } from '../shared/naming.ts';
import { alertPolicy } from './alert-policy.ts';
import { crashMetric } from './crash-metric.ts';
import { logMetric } from './log-metric.ts';
import type { Notifications } from './notifications.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { isRemoved } from './place.ts';
import { increase, quantileOf, shareAbove } from './promql.ts';
import type { ScoringApi } from './scoring-api.ts';
import { agentOf } from './service-agents.ts';
import { wordsOf } from './service-alarms.ts';
import { modelTopic } from './topic.ts';

export interface RollbackAlarmsProps extends contract.RollbackAlarmsProps {
  readonly scoring: ScoringApi;
  /** People who are notified as well. @default - none: an alarm only rolls back */
  readonly notifications?: Notifications;
}

const SLOWEST_HUNDREDTH = 0.99;

/**
 * Alert policies by the blueprint's limits, whose incidents Monitoring publishes to a topic for the release controller. Errors
 * and scores are those of the champion, from the functions' own records; times and failures are Cloud Run's.
 *
 * @example
 * import { RollbackAlarms, ScoringApi } from 'mlops-blueprint/gcp';
 *
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * const alarms = new RollbackAlarms(stack, 'Alarms', { config, scoring });
 * for (const policy of alarms.policies) policy.enabled = true;
 */
export class RollbackAlarms extends ModelConstruct implements contract.IRollbackAlarms {
  readonly policies: readonly MonitoringAlertPolicy[];
  /** Gets each incident that opens or closes. */
  readonly topic: PubsubTopic;

  constructor(scope: Construct, id: string, props: RollbackAlarmsProps) {
    super(scope, id, props, ['scoring']);
    const { config, scoring, notifications } = props;
    this.topic = modelTopic(this, 'Topic', config, 'alarms');
    const channel = new MonitoringNotificationChannel(this, 'Channel', {
      type: 'pubsub',
      displayName: `${nameOf(config)} releases`,
      labels: { topic: this.topic.id },
      userLabels: gcpLabels(config),
      forceDelete: isRemoved(config),
    });
    new PubsubTopicIamMember(this, 'Publishes', {
      topic: this.topic.name,
      role: SERVICE_RIGHTS.publish.role,
      member: agentOf(this, config, 'monitoring'),
      // The identity of Monitoring is made with the project's first channel
      // (cloud.google.com/monitoring/support/notification-options#pubsub).
      dependsOn: [channel],
    });
    this.policies = rollbackRules(config).map((rule) => {
      const policy = alertPolicy(this, rule.id, {
        config,
        name: wordsOf(rule.id),
        query: this.queryOf(rule, config, scoring),
        says: rule.says,
        runbook: rule.runbook,
        channels: [channel.id, ...(notifications?.channels ?? [])],
      });
      // The release controller takes an incident for as old as its data.
      policy.userLabels = { ...gcpLabels(config), look_back_sec: `${rule.periodSec}` };
      return policy;
    });
  }

  private queryOf(
    { id, threshold, minimum, periodSec }: ReturnType<typeof rollbackRules>[number],
    config: ResolvedConfig,
    { function: { functionName } }: ScoringApi,
  ): string {
    const service = { service_name: functionName };
    const champion = { arm: 'champion' };
    const own = (name: 'failed' | 'requests') => logMetric(this, config, name).sum(champion, periodSec);
    switch (id) {
      case 'ErrorRate':
        return shareAbove(own('failed'), own('requests'), threshold, minimum);
      case 'Latency': {
        const slowest = quantileOf(
          SLOWEST_HUNDREDTH,
          'run_googleapis_com:request_latencies',
          service,
          periodSec,
        );
        const answers = increase('run_googleapis_com:request_count', service, periodSec);
        return `(${slowest} > ${threshold}) and on() (${answers} >= ${minimum})`;
      }
      case 'ScorePsi':
        return `${logMetric(this, config, 'scorePsi').mean({}, periodSec)} > ${threshold}`;
      case 'FunctionErrors': {
        const crashes = increase(
          crashMetric(this, config, functionName),
          { monitored_resource: 'cloud_run_revision' },
          periodSec,
        );
        const all = increase('run_googleapis_com:request_count', service, periodSec);
        return shareAbove(crashes, all, threshold, minimum);
      }
    }
  }
}
