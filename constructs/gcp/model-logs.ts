import { LoggingProjectExclusion } from '@cdktf/provider-google/lib/logging-project-exclusion/index.js';
import { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink/index.js';
import { Construct } from 'constructs';
import { FUNCTIONS } from '../../lambdas/functions.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { TerraformResource } from '../shared/cdktf.ts';
import { gcpName } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { logBucketId } from './log-bucket.ts';
import { cloudOf } from './place.ts';
import { WORKFLOWS, workflowName } from './workflow-names.ts';

/**
 * Sends the lines of a model into its own bucket of the log; the project's own bucket keeps everything for thirty days and
 * leaves these lines out. A metric and an alert see them all the same
 * (cloud.google.com/logging/docs/logs-based-metrics).
 */
export class ModelLogs extends Construct {
  /** Resources that must be there before the first line. */
  readonly ready: TerraformResource[];

  constructor(scope: Construct, id: string, config: ResolvedConfig) {
    super(scope, id);
    const { project, region } = cloudOf(config);
    const bucketId = logBucketId(config);
    const filter = filterOf(config);
    const sink = new LoggingProjectSink(this, 'Sink', {
      name: gcpName(config, 'logs', GCP_NAMES.logSink.most),
      destination: `logging.googleapis.com/projects/${project}/locations/${region}/buckets/${bucketId}`,
      filter,
      uniqueWriterIdentity: true,
    });
    const exclusion = new LoggingProjectExclusion(this, 'Exclusion', {
      name: gcpName(config, 'logs', GCP_NAMES.logExclusion.most),
      description: `kept in ${bucketId}`,
      filter,
      dependsOn: [sink],
    });
    this.ready = [sink, exclusion];
  }
}

/** The logs of the stack of a construct. */
export const modelLogsOf = (scope: Construct, config: ResolvedConfig): ModelLogs =>
  oncePerStack(scope, 'Logs', (stack) => new ModelLogs(stack, 'Logs', config));

/** Lines of the functions and the workflows of a model, by their names. */
function filterOf(config: ResolvedConfig): string {
  const anyOf = (names: readonly string[]) => `(${names.map((name) => `"${name}"`).join(' OR ')})`;
  const { region } = cloudOf(config);
  const functions = Object.keys(FUNCTIONS).map((name) => gcpName(config, name, GCP_NAMES.function.most));
  const workflows = WORKFLOWS.map((name) => workflowName(config, name));
  return [
    `(resource.type="cloud_run_revision" AND resource.labels.location="${region}" AND resource.labels.service_name=${anyOf(functions)})`,
    `(resource.type="workflows.googleapis.com/Workflow" AND resource.labels.location="${region}" AND resource.labels.workflow_id=${anyOf(workflows)})`,
  ].join(' OR ');
}
