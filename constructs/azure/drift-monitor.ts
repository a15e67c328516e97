import type { Construct } from 'constructs';
import { ncrontab } from '../config/ncrontab.ts';
import type * as contract from '../contract/drift-monitor.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { monitorBindings } from '../shared/monitor-bindings.ts';
import type { AzureBindings } from './bindings.ts';
import { failedCalls } from './failed-calls.ts';
import { FunctionApp } from './function-app.ts';
import { eventLines } from './kql.ts';
import { LogAlarms } from './log-alarms.ts';
import { ModelEvents } from './model-events.ts';
import { Notifications } from './notifications.ts';
import { PseudonymSecret } from './pseudonym-secret.ts';

export interface DriftMonitorProps extends contract.DriftMonitorProps {
  /** Missing notifications, events or a secret are made; the store must be there. */
  readonly bindings: AzureBindings;
}

/**
 * An app with two functions, one after the other, on the blueprint's `monitoring.schedule`.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore, DriftMonitor } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const monitor = new DriftMonitor(stack, 'Drift', { config, bindings: { store } });
 * new TerraformOutput(stack, 'Topic', { value: monitor.events.endpoint });
 */
export class DriftMonitor extends ModelConstruct implements contract.IDriftMonitor {
  readonly function: FunctionApp;
  /** The topic that gets `drift.detected` and `retraining.requested`. */
  readonly events: ModelEvents;

  constructor(scope: Construct, id: string, props: DriftMonitorProps) {
    super(scope, id, props, ['bindings']);
    const { config } = props;
    const bindings = monitorBindings(this, props, { Notifications, ModelEvents, PseudonymSecret });
    this.events = bindings.events;
    this.function = new FunctionApp(this, 'App', {
      config,
      app: 'monitor',
      bindings,
      settings: { MLOPS_SCHEDULE_MONITORING: ncrontab(config.model.monitoring.schedule) },
    });
    new LogAlarms(this, 'Alarms', {
      config,
      name: 'monitor',
      notifications: bindings.notifications,
      alarms: [
        {
          name: 'monitor',
          query: (seconds) => eventLines('monitoring.failed', seconds),
          says: 'a monitoring run failed',
          runbook: 'runbook-monitor-failed',
        },
        failedCalls(this.function, 'monitor'),
      ],
    });
  }
}
