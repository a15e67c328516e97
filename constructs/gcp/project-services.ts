import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { ModelProps } from '../contract/model-props.ts';
import { Aspects, dependable, Sleep, TerraformResource } from '../shared/cdktf.ts';
import { cloudOf } from './place.ts';

/** The APIs that a model's stacks and functions call, each with its host. */
export const SERVICES = [
  'aiplatform.googleapis.com',
  'artifactregistry.googleapis.com',
  'bigquery.googleapis.com',
  'billingbudgets.googleapis.com',
  'cloudbuild.googleapis.com',
  'cloudfunctions.googleapis.com',
  'cloudkms.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'cloudscheduler.googleapis.com',
  'eventarc.googleapis.com',
  'iam.googleapis.com',
  'logging.googleapis.com',
  'monitoring.googleapis.com',
  'pubsub.googleapis.com',
  'run.googleapis.com',
  'secretmanager.googleapis.com',
  'sqladmin.googleapis.com',
  'storage.googleapis.com',
  'workflowexecutions.googleapis.com',
  'workflows.googleapis.com',
] as const;

/** An API that was just switched on answers everywhere after some minutes at most (cloud.google.com/service-usage/docs/enable-disable). */
const PROPAGATION_SEC = 60;

/**
 * Switches on the APIs of a project, before anything else of its stack is made. They stay on when the stack goes: others may use
 * them.
 *
 * @example
 * import { ArtifactStore, ProjectServices } from 'mlops-blueprint/gcp';
 *
 * new ProjectServices(stack, 'Services', { config });
 * new ArtifactStore(stack, 'Store', { config });
 */
export class ProjectServices extends Construct {
  constructor(scope: Construct, id: string, { config }: ModelProps) {
    super(scope, id);
    const { project } = cloudOf(config);
    const services = SERVICES.map(
      (service) =>
        new ProjectService(this, service.split('.')[0] ?? service, {
          project,
          service,
          disableOnDestroy: false,
        }),
    );
    const ready = new Sleep(this, 'Ready', { seconds: PROPAGATION_SEC, dependsOn: services });
    Aspects.of(scope).add({
      visit: (node: IConstruct) => {
        if (!(node instanceof TerraformResource) || node.node.path.startsWith(`${this.node.path}/`)) return;
        node.dependsOn = [...(node.dependsOn ?? []), dependable(ready)];
      },
    });
  }
}
