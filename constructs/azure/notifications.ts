import { MonitorActionGroup } from '@cdktf/provider-azurerm/lib/monitor-action-group/index.js';
import type { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type * as contract from '../contract/notifications.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { azureName, azureTags } from '../shared/naming.ts';
import { notificationRows } from './kql.ts';
import { EVALUATED_EACH_SEC, logRule } from './log-alarms.ts';
import { groupOf } from './resource-group.ts';

/**
 * An action group with each address of `alertTo`. The functions write a line of the log for people, and a rule mails it within a
 * quarter of an hour. Nothing is made where nobody is to be told.
 *
 * @example
 * import { ModelEvents, Notifications } from 'mlops-blueprint/azure';
 *
 * const notifications = new Notifications(stack, 'Notifications', { config });
 * new ModelEvents(stack, 'Events', { config, notifications });
 */
export class Notifications extends ModelConstruct implements contract.INotifications {
  readonly resource?: MonitorActionGroup;
  /** Ids of the groups, as rules take them; empty where nobody is to be told. */
  readonly actionGroups: readonly string[];

  constructor(scope: Construct, id: string, props: contract.NotificationsProps) {
    super(scope, id, props);
    const { config } = props;
    const { alertTo } = config.environment;
    this.actionGroups = [];
    if (alertTo.length === 0) return;
    this.resource = new MonitorActionGroup(this, 'Resource', {
      resourceGroupName: groupOf(this, config).resourceGroupName,
      name: azureName(config, 'people', AZURE_NAMES.actionGroup.most),
      shortName: azureName(config, 'mail', AZURE_NAMES.actionGroupShort.most),
      emailReceiver: alertTo.map((emailAddress, index) => ({
        name: `person ${index + 1}`,
        emailAddress,
        useCommonAlertSchema: true,
      })),
      tags: azureTags(config),
    });
    this.actionGroups = [this.resource.id];
    const { name: model, environment } = config.model;
    logRule(this, 'Messages', {
      config,
      name: 'messages',
      says: 'a function of this model has a message for people',
      query: notificationRows({ model, environment, seconds: EVALUATED_EACH_SEC }),
      columns: ['subject', 'severity'],
      seconds: EVALUATED_EACH_SEC,
      ends: false,
      actionGroups: this.actionGroups,
    });
  }
}
