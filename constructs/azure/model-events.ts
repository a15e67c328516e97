import { EventgridTopic } from '@cdktf/provider-azurerm/lib/eventgrid-topic/index.js';
import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert/index.js';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import type { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type * as contract from '../contract/model-events.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { azureGlobalName, azureName, azureTags } from '../shared/naming.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { giveTo, grantOf } from './grant.ts';
import type { Notifications } from './notifications.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf } from './place.ts';
import { groupOf } from './resource-group.ts';

export interface ModelEventsProps extends contract.ModelEventsProps {
  /** People who are notified of dead letters. @default - none */
  readonly notifications?: Notifications;
}

/**
 * A topic of Event Grid that takes CloudEvents of Entra identities. Its own identity puts them into the queues of apps: a queue
 * needs no code to be there at the first deployment, as an address of a function does.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ModelEvents } from 'mlops-blueprint/azure';
 *
 * const events = new ModelEvents(stack, 'Events', { config });
 * new TerraformOutput(stack, 'Topic', { value: events.endpoint });
 */
export class ModelEvents extends ModelConstruct implements contract.IModelEvents {
  readonly resource: EventgridTopic;
  /** Address that events are published to. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: ModelEventsProps) {
    super(scope, id, props);
    const { config, notifications } = props;
    this.resource = new EventgridTopic(this, 'Resource', {
      ...groupOf(this, config),
      name: azureGlobalName(config, cloudOf(config).subscription, 'events', AZURE_NAMES.eventTopic.most),
      inputSchema: 'CloudEventSchemaV1_0',
      localAuthEnabled: false,
      identity: { type: 'SystemAssigned' },
      tags: azureTags(config),
    });
    this.endpoint = this.resource.endpoint;
    const actionGroups = notifications?.actionGroups ?? [];
    if (actionGroups.length > 0)
      new MonitorMetricAlert(this, 'DeadLetterAlarm', {
        name: azureName(config, 'dead-letters', AZURE_NAMES.logAlarm.most),
        resourceGroupName: groupOf(this, config).resourceGroupName,
        description: `An event was not delivered at any try: stacks/terraform/azure.md#runbook-dead-letters`,
        scopes: [this.resource.id],
        severity: 1,
        frequency: 'PT15M',
        windowSize: 'PT15M',
        criteria: [
          {
            metricNamespace: 'Microsoft.EventGrid/topics',
            metricName: 'DeadLetteredCount', // learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-eventgrid-topics-metrics
            aggregation: 'Total',
            operator: 'GreaterThan',
            threshold: 0,
          },
        ],
        action: actionGroups.map((actionGroupId) => ({ actionGroupId })),
        tags: azureTags(config),
      });
  }

  /** Object id of the topic's identity, which delivers. */
  get principalId(): string {
    return this.resource.identity.principalId;
  }

  /** The right to keep what could not be delivered. Azure refuses a second assignment of one role to one identity. */
  deadLettersIn({ deadLettersId }: ArtifactStore): RoleAssignment {
    const grant = grantOf(SERVICE_RIGHTS.writeDeadLetters, 'dead-letters', deadLettersId);
    const found = this.node.tryFindChild(grant.id);
    if (found !== undefined) return found as RoleAssignment; // made below
    return giveTo(this, grant, this.principalId, 'ServicePrincipal');
  }
}
