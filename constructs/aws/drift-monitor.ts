import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type * as contract from '../contract/drift-monitor.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AwsBindings } from './bindings.ts';
import { compileMonitorPipeline } from './compile-pipeline.ts';
import { keyFor } from './encryption-key.ts';
import { ModelEvents } from './model-events.ts';
import { Notifications } from './notifications.ts';
import { PseudonymSecret } from './pseudonym-secret.ts';
import { Schedule, start } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';
import { Workflow } from './workflow.ts';

export interface DriftMonitorProps extends contract.DriftMonitorProps {
  /** A missing topic, event bus or secret is made; the store must be there. */
  readonly bindings: AwsBindings;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/**
 * Two Lambda functions, one after the other, on the blueprint's `monitoring.schedule`.
 *
 * @example
 * import { CfnOutput } from 'aws-cdk-lib';
 * import { ArtifactStore, DriftMonitor } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const monitor = new DriftMonitor(stack, 'Drift', { config, bindings: { store } });
 * new CfnOutput(stack, 'Bus', { value: monitor.events.busName });
 */
export class DriftMonitor extends ModelConstruct implements contract.IDriftMonitor {
  readonly function: ServerlessFunction;
  readonly groundTruth: ServerlessFunction;
  readonly workflow: Workflow;
  /** Event bus that gets `drift.detected` and `retraining.requested`. */
  readonly events: ModelEvents;

  constructor(scope: Construct, id: string, props: DriftMonitorProps) {
    super(scope, id, props, ['bindings']);
    const { config } = props;
    const key = keyFor(this, config, props.encryptionKey);
    const own = { config, ...(key && { encryptionKey: key }) };
    const given = props.bindings;
    const notifications = given.notifications ?? new Notifications(this, 'Notifications', own);
    this.events = given.events ?? new ModelEvents(this, 'Events', { ...own, notifications });
    const secret = given.secret ?? new PseudonymSecret(this, 'PseudonymSecret', own);
    const bindings: AwsBindings = { ...given, notifications, events: this.events, secret };
    this.groundTruth = new ServerlessFunction(this, 'GroundTruth', {
      ...own,
      name: 'ground-truth',
      bindings,
    });
    this.function = new ServerlessFunction(this, 'Monitor', { ...own, name: 'monitor', bindings });
    this.workflow = new Workflow(this, 'Workflow', {
      config,
      name: 'monitor',
      definition: compileMonitorPipeline(),
      functions: { 'ground-truth': this.groundTruth, monitor: this.function },
      encryptionKey: key,
      notifications,
      runbook: 'runbook-monitor-failed',
    });
    new Schedule(this, 'Schedule', {
      config,
      notifications,
      expression: config.model.monitoring.schedule,
      target: start(this.workflow),
      input: {},
      deadLetters: this.function.deadLetters,
      encryptionKey: key,
      description: `judges drift and performance of ${config.model.name}`,
    });
  }
}
