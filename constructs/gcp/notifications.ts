import { MonitoringAlertPolicy } from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import type { Construct } from 'constructs';
import type * as contract from '../contract/notifications.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, nameOf } from '../shared/naming.ts';
import { emailChannels } from './email-channels.ts';
import { cloudOf } from './place.ts';

/** The least between two e-mails of one policy, and the most often that the API takes (`notificationRateLimit`). */
const PAUSE_SEC = 300;
const CLOSED_AFTER_SEC = 1_800;

/**
 * A channel for each address of `alertTo`. The functions write a line of the log for people, and a policy mails it: Google Cloud
 * has no topic that sends e-mail.
 *
 * @example
 * import { ModelEvents, Notifications } from 'mlops-blueprint/gcp';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * new ModelEvents(stack, 'Events', { config, notifications });
 */
export class Notifications extends ModelConstruct implements contract.INotifications {
  /** Names of the channels, as policies take them; empty where nobody is to be told. */
  readonly channels: readonly string[];

  constructor(scope: Construct, id: string, props: contract.NotificationsProps) {
    super(scope, id, props);
    const { config } = props;
    this.channels = emailChannels(this, config, nameOf(config), config.environment.alertTo);
    if (this.channels.length === 0) return;
    const { model } = config;
    const displayName = `${nameOf(config)} notifications`;
    new MonitoringAlertPolicy(this, 'Messages', {
      displayName,
      combiner: 'OR',
      userLabels: gcpLabels(config),
      conditions: [
        {
          displayName,
          conditionMatchedLog: {
            filter: [
              'resource.type="cloud_run_revision"',
              `resource.labels.location="${cloudOf(config).region}"`,
              'jsonPayload.message="notification"',
              `jsonPayload.notification.model="${model.name}"`,
              `jsonPayload.notification.environment="${model.environment}"`,
            ].join(' AND '),
            labelExtractors: {
              subject: 'EXTRACT(jsonPayload.notification.subject)',
              severity: 'EXTRACT(jsonPayload.notification.severity)',
            },
          },
        },
      ],
      alertStrategy: {
        notificationRateLimit: { period: `${PAUSE_SEC}s` },
        autoClose: `${CLOSED_AFTER_SEC}s`,
      },
      documentation: {
        // Monitoring's own variables (cloud.google.com/monitoring/alerts/doc-variables).
        subject: `${nameOf(config)}: $$\{log.extracted_label.subject}`,
        content: 'A function of this model has a message: see the log entry of this incident.',
        mimeType: 'text/markdown',
      },
      notificationChannels: [...this.channels],
    });
  }
}
