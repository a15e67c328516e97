import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { ModelProps } from '../contract/model-props.ts';
import { Aspects, dependable, Sleep, TerraformDataSource, TerraformResource } from '../shared/cdktf.ts';
import { cloudOf } from './place.ts';
import { SERVICES } from './services.ts';

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
        // A read needs its API as well.
        const isOurs = node instanceof TerraformResource || node instanceof TerraformDataSource;
        if (!isOurs || node.node.path.startsWith(`${this.node.path}/`)) return;
        node.dependsOn = [...(node.dependsOn ?? []), dependable(ready)];
      },
    });
  }
}
