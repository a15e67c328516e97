import { EventarcTrigger } from '@cdktf/provider-google/lib/eventarc-trigger/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambdas/functions.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/training-pipeline.ts';
import { TerraformOutput } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, gcpName } from '../shared/naming.ts';
import { alarmForPeople } from './alert-policy.ts';
import type { GcpBindings } from './bindings.ts';
import { callerOf } from './caller.ts';
import { compileTrainingWorkflow } from './compile-workflow.ts';
import { CsvExport } from './csv-export.ts';
import { logMetric } from './log-metric.ts';
import type { ModelEvents } from './model-events.ts';
import type { Notifications } from './notifications.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf } from './place.ts';
import { selector } from './promql.ts';
import { pauseAfter } from './propagation.ts';
import { Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';
import { Workflow } from './workflow.ts';

export interface TrainingPipelineProps extends contract.TrainingPipelineProps {
  readonly bindings: GcpBindings;
  /** The first step. @default - made beside the other steps */
  readonly export?: CsvExport;
}

/** The steps beside the export, each a function with an identity of its own. */
const OWN = ['lease', 'prepare', 'ingest', 'train', 'evaluate', 'register'] as const satisfies FunctionName[];

/** A function that has used more of its memory is near its end: the rows of the next runs are rarely fewer. */
const MEMORY_ALARM_PERCENT = 80;
const LOOK_BACK_SEC = 300;
/** Age of a request that should have started its training long ago. */
const LATE_SEC = 900;

/**
 * `lambdas/pipeline.ts` as a workflow of Cloud Workflows, which calls the functions of its steps.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { TrainingPipeline } from 'mlops-blueprint/gcp';
 *
 * const pipeline = new TrainingPipeline(stack, 'Training', { config, bindings });
 * new TerraformOutput(stack, 'Start', { value: pipeline.start });
 */
export class TrainingPipeline extends ModelConstruct implements contract.ITrainingPipeline {
  readonly workflow: Workflow;
  readonly start: string;
  readonly functions: Readonly<Record<(typeof OWN)[number] | 'export', ServerlessFunction>>;

  constructor(scope: Construct, id: string, props: TrainingPipelineProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    const { notifications, events } = bindings;
    const make = (name: (typeof OWN)[number]) =>
      new ServerlessFunction(this, pascal(name), { config, name, bindings });
    const exporting = props.export ?? new CsvExport(this, 'Export', { config, bindings, scheduled: false });
    this.functions = {
      lease: make('lease'),
      export: exporting.function,
      prepare: make('prepare'),
      ingest: make('ingest'),
      train: make('train'),
      evaluate: make('evaluate'),
      register: make('register'),
    };
    this.workflow = new Workflow(this, 'Workflow', {
      config,
      name: 'training',
      compile: compileTrainingWorkflow,
      functions: this.functions,
      notifications,
      runbook: 'runbook-pipeline-failed',
    });
    this.schedules(config, notifications);
    if (events) this.onRequest(config, events, notifications);
    config.environment.starters.forEach((member, index) => {
      this.workflow.startRight(`${index + 1}`, member);
    });
    if (notifications) {
      const memory = logMetric(this, config, 'memoryPercent');
      alarmForPeople(this, 'MemoryAlarm', {
        config,
        name: 'memory',
        query: `${memory.largest({}, LOOK_BACK_SEC)} > ${MEMORY_ALARM_PERCENT}`,
        says: `a function that holds all rows used more than ${MEMORY_ALARM_PERCENT} % of its memory`,
        runbook: 'runbook-memory',
        channels: notifications.channels,
      });
    }
    const { project, region } = cloudOf(config);
    this.start = `gcloud workflows run ${this.workflow.workflowId.split('/').at(-1)} --project=${project} --location=${region} --data='{"trigger":"demand","data":false}'`;
    new TerraformOutput(this, 'StartTraining', {
      description: 'starts a training by hand',
      value: this.start,
    });
  }

  private schedules(config: ResolvedConfig, notifications: Notifications | undefined): void {
    const { source, training, retraining } = config.model;
    const target = { kind: 'workflow', workflow: this.workflow } as const;
    new Schedule(this, 'NewData', {
      config,
      name: 'new-data',
      expression: source.schedule,
      target,
      input: { trigger: 'new-data', data: true },
      notifications,
      description: 'brings new rows into the feature store',
    });
    const times = { Training: training.schedule, Retraining: retraining.on.schedule };
    for (const [id, expression] of Object.entries(times))
      if (expression !== undefined)
        new Schedule(this, id, {
          config,
          name: id.toLowerCase(),
          expression,
          target,
          input: { trigger: 'schedule', data: false },
          notifications,
          description: 'trains on a schedule',
        });
  }

  /** Drift or lost performance starts a training. */
  private onRequest(
    config: ResolvedConfig,
    events: ModelEvents,
    notifications: Notifications | undefined,
  ): void {
    const { project, region } = cloudOf(config);
    const { account } = callerOf(this, config);
    const receive = new ProjectIamMember(this, 'Receives', {
      project,
      role: SERVICE_RIGHTS.receive.role,
      member: account.member,
    });
    const ready = pauseAfter(
      this,
      'RequestReady',
      [receive, this.workflow.startRight('caller', account.member)],
      account.member,
    );
    const name = gcpName(config, 'retraining', GCP_NAMES.trigger.most);
    new EventarcTrigger(this, 'OnRequest', {
      name,
      location: region,
      labels: gcpLabels(config),
      serviceAccount: account.email,
      matchingCriteria: [{ attribute: 'type', value: 'google.cloud.pubsub.topic.v1.messagePublished' }],
      transport: { pubsub: { topic: events.requests.id } },
      destination: { workflow: this.workflow.resource.id },
      dependsOn: [ready],
    });
    // The trigger's subscription is Eventarc's own: it has no dead letters, and drops a request after a day
    // (cloud.google.com/eventarc/docs/retry-events).
    if (notifications)
      alarmForPeople(this, 'RequestAlarm', {
        config,
        name: 'late requests',
        query: `max(pubsub_googleapis_com:subscription_oldest_unacked_message_age${selector({
          subscription_id: { prefix: `eventarc-${region}-${name}-sub-` },
        })}) > ${LATE_SEC}`,
        says: `a request for a training waits longer than ${LATE_SEC / 60} minutes`,
        runbook: 'runbook-lost-starts',
        channels: notifications.channels,
      });
  }
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
