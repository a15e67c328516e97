import type { Construct } from 'constructs';
import type { ScheduleSetting } from '../../lambdas/apps.ts';
import { ncrontab } from '../config/ncrontab.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/training-pipeline.ts';
import { TerraformOutput } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { failedCalls } from './failed-calls.ts';
import { FunctionApp } from './function-app.ts';
import { eventLines, largestOf, metricLines, rowWhere, valueAbove } from './kql.ts';
import { LogAlarms } from './log-alarms.ts';
import { QueueSubscription } from './queue-subscription.ts';

export interface TrainingPipelineProps extends contract.TrainingPipelineProps {
  readonly bindings: AzureBindings;
}

/** Share of the memory above which a table may soon not fit. */
const FULL_PERCENT = 80;

/**
 * An app with a Durable orchestration, whose activities are the steps: they share its identity, because activities run in the app of
 * their orchestration. Its timers start runs, and so do messages of its queue: requests for a training, and those of starters.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore, ModelEvents, ModelRegistry, TrainingPipeline } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const registry = new ModelRegistry(stack, 'Registry', { config });
 * const events = new ModelEvents(stack, 'Events', { config });
 * const pipeline = new TrainingPipeline(stack, 'Training', { config, bindings: { store, registry, events } });
 * new TerraformOutput(stack, 'Start', { value: pipeline.start });
 */
export class TrainingPipeline extends ModelConstruct implements contract.ITrainingPipeline {
  readonly app: FunctionApp;
  readonly start: string;

  /** @throws Error where an export is given: the app exports itself */
  constructor(scope: Construct, id: string, props: TrainingPipelineProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    if (props.export !== undefined)
      throw new Error('TrainingPipeline: export is a step of its own app on Azure: leave the prop out');
    this.app = new FunctionApp(this, 'App', {
      config,
      app: 'pipeline',
      bindings,
      settings: schedulesOf(config),
    });
    config.environment.starters.forEach((objectId, index) => {
      this.app.allowMessages(`${index + 1}`, objectId);
    });
    const { store, events, notifications } = bindings;
    if (events)
      new QueueSubscription(this, 'OnRequest', {
        config,
        name: 'retraining',
        events,
        types: ['retraining.requested'],
        app: this.app,
        store,
      });
    if (notifications)
      new LogAlarms(this, 'Alarms', {
        config,
        name: 'training',
        notifications,
        alarms: [
          {
            name: 'pipeline',
            query: (seconds) => eventLines('pipeline.failed', seconds),
            says: 'a training run failed',
            runbook: 'runbook-pipeline-failed',
          },
          failedCalls(this.app, 'pipeline'),
          {
            name: 'memory',
            query: (seconds) =>
              rowWhere(
                metricLines({ ...config.model, model: config.model.name, seconds }),
                { value: largestOf('memoryPercent') },
                valueAbove(FULL_PERCENT),
              ),
            says: `a function that holds all rows used more than ${FULL_PERCENT} % of its memory`,
            runbook: 'runbook-memory',
          },
          {
            name: 'lost messages',
            query: (seconds) => eventLines('message.lost', seconds),
            says: 'an event was not handled at any try',
            runbook: 'runbook-dead-letters',
          },
        ],
      });
    this.start = `az storage message put --auth-mode login --account-name ${this.app.host.accountName} --queue-name events --content '{"trigger":"demand"}'`;
    new TerraformOutput(this, 'StartTraining', {
      description: 'starts a training by hand',
      value: this.start,
    });
  }
}

function schedulesOf({ model }: ResolvedConfig): Partial<Record<ScheduleSetting, string>> {
  const { source, training, retraining } = model;
  const given = {
    MLOPS_SCHEDULE_NEW_DATA: source.schedule,
    MLOPS_SCHEDULE_TRAINING: training.schedule,
    MLOPS_SCHEDULE_RETRAINING: retraining.on.schedule,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, schedule]) =>
      schedule === undefined ? [] : [[name, ncrontab(schedule)]],
    ),
  );
}
