import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpLabels } from '../shared/naming.ts';
import { isRemoved } from './place.ts';

/**
 * Makes a channel of Cloud Monitoring for each address.
 *
 * @param name - Start of the names that people see.
 * @returns the names of the channels, as policies and budgets take them
 */
export const emailChannels = (
  scope: Construct,
  config: ResolvedConfig,
  name: string,
  addresses: readonly string[],
): readonly string[] =>
  addresses.map(
    (address, index) =>
      new MonitoringNotificationChannel(scope, `Email${index + 1}`, {
        type: 'email',
        displayName: `${name} ${index + 1}`,
        labels: { email_address: address },
        userLabels: gcpLabels(config),
        forceDelete: isRemoved(config),
      }).id,
  );
