import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow/index.js';
import { Construct } from 'constructs';
import type { FunctionName } from '../../lambdas/functions.ts';
import { serviceAccountId } from '../config/gcp-login.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { literal } from '../shared/cdktf.ts';
import { gcpLabels, nameOf } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { alarmForPeople } from './alert-policy.ts';
import type { CompiledWorkflow, FunctionUrls } from './compile-workflow.ts';
import type { Notifications } from './notifications.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, isRemoved, keyOf } from './place.ts';
import { increase } from './promql.ts';
import type { ServerlessFunction } from './serverless-function.ts';
import { type WorkflowName, workflowName } from './workflow-names.ts';

export interface WorkflowProps {
  readonly config: ResolvedConfig;
  readonly name: WorkflowName;
  readonly compile: (urls: FunctionUrls) => CompiledWorkflow;
  readonly functions: Readonly<Partial<Record<FunctionName, ServerlessFunction>>>;
  /** People who are told of a failed run. */
  readonly notifications: Notifications | undefined;
  /** Anchor of what to do about a failed run, in the README's runbook. */
  readonly runbook: string;
}

const LOOK_BACK_SEC = 300;

/** A workflow of Cloud Workflows: it may call its own functions only, and people hear of a run that fails. */
export class Workflow extends Construct {
  readonly resource: WorkflowsWorkflow;
  readonly account: ServiceAccount;
  /** `projects/<project>/locations/<region>/workflows/<name>`, a text and no reference. */
  readonly workflowId: string;
  private readonly config: ResolvedConfig;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { config, name, compile, functions, notifications, runbook } = props;
    const { project, region } = cloudOf(config);
    const { name: model, environment } = config.model;
    const key = keyOf(config);
    this.config = config;
    this.account = new ServiceAccount(this, 'Account', {
      accountId: serviceAccountId({ model, environment }, name),
      displayName: `${name} of ${nameOf(config)}`.slice(0, 100),
    });
    const called = Object.entries(functions) as [FunctionName, ServerlessFunction][]; // of a typed record
    const { source, variables } = compile(Object.fromEntries(called.map(([one, { url }]) => [one, url])));
    const resourceName = workflowName(config, name);
    this.workflowId = `projects/${project}/locations/${region}/workflows/${resourceName}`;
    this.resource = new WorkflowsWorkflow(this, 'Resource', {
      name: resourceName,
      region,
      description: `${name} of ${nameOf(config)}`,
      labels: gcpLabels(config),
      serviceAccount: this.account.id,
      sourceContents: literal(JSON.stringify(source)),
      userEnvVars: { ...variables },
      callLogLevel: 'LOG_ERRORS_ONLY', // inputs and answers are in the functions' own lines
      deletionProtection: !isRemoved(config),
      ...(key !== undefined && { cryptoKeyName: key }),
      dependsOn: [
        ...called.map(([, one]) => one.allow(name, this.account.member)),
        new ProjectIamMember(this, 'Logs', {
          project,
          role: SERVICE_RIGHTS.log.role,
          member: this.account.member,
        }),
      ],
    });
    if (notifications)
      alarmForPeople(this, 'FailedAlarm', {
        config,
        name: `${name} failed`,
        query: `${increase(
          'workflows_googleapis_com:finished_execution_count',
          { workflow_id: resourceName, status: 'FAILED' },
          LOOK_BACK_SEC,
        )} > 0`,
        says: `a run of ${name} of ${nameOf(config)} failed`,
        runbook,
        channels: notifications.channels,
      });
  }

  /** Address of a request that starts a run. */
  get executionsUrl(): string {
    return `https://workflowexecutions.googleapis.com/v1/${this.workflowId}/executions`;
  }

  /**
   * Lets a member of IAM start workflows. A workflow has no policy of its own, so the right holds for the project.
   *
   * @param id - Names the member in the stack, which gives it the right once.
   */
  startRight(id: string, member: string): ProjectIamMember {
    return oncePerStack(
      this,
      `Starts-${id}`,
      (stack) =>
        new ProjectIamMember(stack, `Starts-${id}`, {
          project: cloudOf(this.config).project,
          role: SERVICE_RIGHTS.start.role,
          member,
        }),
    );
  }
}
