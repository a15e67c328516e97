import { Annotations, CfnOutput, Duration } from 'aws-cdk-lib';
import { type Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { describeProblem } from '../../lambdas/core/errors.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import type * as contract from '../contract/training-pipeline.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { modelAlarm } from './alarm.ts';
import type { AwsBindings } from './bindings.ts';
import { CallerRole } from './caller-role.ts';
import { compileTrainingPipeline } from './compile-pipeline.ts';
import type { CsvExport } from './csv-export.ts';
import { keyFor } from './encryption-key.ts';
import { EventRule } from './event-rule.ts';
import { Schedule, start } from './schedule.ts';
import { METRIC_NAMESPACE, ServerlessFunction } from './serverless-function.ts';
import { Workflow } from './workflow.ts';

export interface TrainingPipelineProps extends contract.TrainingPipelineProps {
  readonly bindings: AwsBindings;
  readonly export: CsvExport;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/** The steps beside the export, each a function of its own with a role of its own. */
const OWN = ['lease', 'prepare', 'ingest', 'train', 'evaluate', 'register'] as const satisfies FunctionName[];

/** A function that has used more of its memory is near its end: the rows of the next runs are rarely fewer. */
const MEMORY_ALARM_PERCENT = 80;

/**
 * `lambdas/pipeline.ts` as a Standard workflow of Step Functions.
 *
 * @example
 * import { CfnOutput } from 'aws-cdk-lib';
 * import { CsvExport, TrainingPipeline } from 'mlops-blueprint/aws';
 *
 * const csvExport = new CsvExport(stack, 'Export', { config, bindings, scheduled: false });
 * const pipeline = new TrainingPipeline(stack, 'Training', { config, bindings, export: csvExport });
 * new CfnOutput(stack, 'Start', { value: pipeline.start });
 */
export class TrainingPipeline extends ModelConstruct implements contract.ITrainingPipeline {
  readonly workflow: Workflow;
  readonly start: string;
  readonly functions: Readonly<Record<(typeof OWN)[number] | 'export', ServerlessFunction>>;
  readonly memoryAlarm: Alarm;

  constructor(scope: Construct, id: string, props: TrainingPipelineProps) {
    super(scope, id, props, ['bindings', 'export']);
    const { config, bindings } = props;
    const { events, notifications } = bindings;
    const { source, training, retraining } = config.model;
    const key = keyFor(this, config, props.encryptionKey);
    const make = (name: (typeof OWN)[number]) =>
      new ServerlessFunction(this, pascal(name), {
        config,
        name,
        bindings,
        ...(key && { encryptionKey: key }),
      });
    this.functions = {
      lease: make('lease'),
      export: props.export.function,
      prepare: make('prepare'),
      ingest: make('ingest'),
      train: make('train'),
      evaluate: make('evaluate'),
      register: make('register'),
    };
    this.workflow = new Workflow(this, 'Workflow', {
      config,
      name: 'training',
      definition: compileTrainingPipeline(),
      functions: this.functions,
      encryptionKey: key,
      notifications,
      runbook: 'runbook-pipeline-failed',
    });
    this.memoryAlarm = modelAlarm(this, 'MemoryAlarm', {
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: 'memoryPercent',
        dimensionsMap: { model: config.model.name, environment: config.model.environment },
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: MEMORY_ALARM_PERCENT,
      periods: [1, 1],
      says: `a function that holds all rows used more than ${MEMORY_ALARM_PERCENT} % of its memory`,
      runbook: 'runbook-memory',
      notifications,
    });
    for (const { code, ...warning } of config.warnings)
      Annotations.of(this).addWarningV2(`mlops-blueprint:${code}`, describeProblem({ code, ...warning }));
    const { arn } = this.workflow;
    const deadLetters = this.functions.lease.deadLetters;
    const common = { config, notifications, target: start(this.workflow), deadLetters, encryptionKey: key };
    new Schedule(this, 'NewData', {
      ...common,
      expression: source.schedule,
      input: { trigger: 'new-data', data: true },
      description: 'brings new rows into the feature store',
    });
    const times = { Training: training.schedule, Retraining: retraining.on.schedule };
    for (const [name, expression] of Object.entries(times))
      if (expression !== undefined)
        new Schedule(this, name, {
          ...common,
          expression,
          input: { trigger: 'schedule', data: false },
          description: 'trains on a schedule',
        });
    if (events)
      new EventRule(this, 'OnRequest', {
        bus: events.resource,
        pattern: { 'detail-type': ['retraining.requested'] },
        description: 'drift or lost performance starts a training',
        target: {
          kind: 'workflow',
          workflow: this.workflow,
          input: {
            paths: { trigger: '$.detail.detail.trigger', at: '$.time' },
            template: '{"trigger": <trigger>, "at": <at>, "data": false}',
          },
        },
        deadLetters,
      });
    const { starters } = config.environment;
    if (starters.length > 0)
      new CallerRole(this, 'Starter', {
        callers: starters,
        statements: this.workflow.startStatements,
        purpose: 'start a training',
      });
    this.start = `aws stepfunctions start-execution --state-machine-arn ${arn} --input '{"trigger":"demand","data":false,"at":"'$(date -u +%FT%TZ)'"}'`;
    new CfnOutput(this, 'StartTraining', { description: 'starts a training by hand', value: this.start });
  }
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
