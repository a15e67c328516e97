import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { literal } from '../shared/cdktf.ts';
import { gcpLabels, nameOf } from '../shared/naming.ts';

export interface AlertPolicyProps {
  readonly config: ResolvedConfig;
  /** Two or three words, after the model's id in lists. */
  readonly name: string;
  /** PromQL that finds something where people are to be told. */
  readonly query: string;
  /** Meaning of the alarm, the start of its description. */
  readonly says: string;
  /** Anchor of what to do, in the runbook of stacks/terraform/README.md. */
  readonly runbook: string;
  /** Channels that are told, by their names. */
  readonly channels: readonly string[];
}

/** The shortest is 30 s; each evaluation is billed (cloud.google.com/stackdriver/pricing#pricing-alerting). */
const EVALUATED_EACH_SEC = 60;
/** An incident ends so long after its data ended. */
const CLOSED_AFTER_SEC = 1_800;
/** Longest subject of an e-mail (`documentation.subject` of the API). */
const MOST_SUBJECT = 255;

/**
 * An alarm for people alone; none where nobody is to be told. An incident that nobody sees would be charged all the same, for each
 * metric that its query names (docs.cloud.google.com/monitoring/alerts/cost-control).
 */
export function alarmForPeople(scope: Construct, id: string, props: AlertPolicyProps): void {
  if (props.channels.length > 0) alertPolicy(scope, id, props);
}

/**
 * A policy that tells people, and says where it is written what to do. Its metric may be made in the same deployment: a policy
 * by a filter would be refused for some minutes (github.com/hashicorp/terraform-provider-google/issues/11102).
 */
export function alertPolicy(scope: Construct, id: string, props: AlertPolicyProps): MonitoringAlertPolicy {
  const { config, name, query, says, runbook, channels } = props;
  const displayName = `${nameOf(config)} ${name}`;
  return new MonitoringAlertPolicy(scope, id, {
    displayName,
    combiner: 'OR',
    userLabels: gcpLabels(config),
    conditions: [
      {
        displayName,
        conditionPrometheusQueryLanguage: {
          query: literal(query),
          duration: '0s',
          evaluationInterval: `${EVALUATED_EACH_SEC}s`,
          disableMetricValidation: true,
        },
      },
    ],
    alertStrategy: { autoClose: `${CLOSED_AFTER_SEC}s` },
    documentation: {
      subject: `${displayName}: ${says}`.slice(0, MOST_SUBJECT),
      content: `${says}; what to do: stacks/terraform/README.md#${runbook}`,
      mimeType: 'text/markdown',
    },
    notificationChannels: [...channels],
  });
}
