import type { Construct } from 'constructs';
import type * as contract from '../contract/drift-monitor.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { monitorBindings } from '../shared/monitor-bindings.ts';
import type { GcpBindings } from './bindings.ts';
import { compileMonitorWorkflow } from './compile-workflow.ts';
import { ModelEvents } from './model-events.ts';
import { Notifications } from './notifications.ts';
import { PseudonymSecret } from './pseudonym-secret.ts';
import { Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';
import { Workflow } from './workflow.ts';

export interface DriftMonitorProps extends contract.DriftMonitorProps {
  /** Missing notifications, events or a secret are made; the store must be there. */
  readonly bindings: GcpBindings;
}

/**
 * Two functions, one after the other, on the blueprint's `monitoring.schedule`.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore, DriftMonitor } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const monitor = new DriftMonitor(stack, 'Drift', { config, bindings: { store } });
 * new TerraformOutput(stack, 'Topic', { value: monitor.events.resource.name });
 */
export class DriftMonitor extends ModelConstruct implements contract.IDriftMonitor {
  readonly function: ServerlessFunction;
  readonly groundTruth: ServerlessFunction;
  readonly workflow: Workflow;
  /** Topics that get `drift.detected` and `retraining.requested`. */
  readonly events: ModelEvents;

  constructor(scope: Construct, id: string, props: DriftMonitorProps) {
    super(scope, id, props, ['bindings']);
    const { config } = props;
    const bindings = monitorBindings(this, props, { Notifications, ModelEvents, PseudonymSecret });
    const { notifications } = bindings;
    this.events = bindings.events;
    this.groundTruth = new ServerlessFunction(this, 'GroundTruth', {
      config,
      name: 'ground-truth',
      bindings,
    });
    this.function = new ServerlessFunction(this, 'Monitor', { config, name: 'monitor', bindings });
    this.workflow = new Workflow(this, 'Workflow', {
      config,
      name: 'monitoring',
      compile: compileMonitorWorkflow,
      functions: { 'ground-truth': this.groundTruth, monitor: this.function },
      notifications,
      runbook: 'runbook-monitor-failed',
    });
    new Schedule(this, 'Schedule', {
      config,
      name: 'monitoring',
      expression: config.model.monitoring.schedule,
      target: { kind: 'workflow', workflow: this.workflow },
      input: {},
      notifications,
      description: `judges drift and performance of ${config.model.name}`,
    });
  }
}
